import { shellText } from './command.ts'
import type { Duration } from './duration.ts'
import { type Known, refuseUnknown } from './known-options.ts'
import type { PendingProcess } from './pending-process.ts'
import type { Variables } from './settings.ts'

/** How a program given with its arguments is to run, in one object; each is also a setter of its own. */
export interface StartOptions {
  /** The folder to run in, see `path`. */
  readonly workingDirectory?: string
  /** Variables to add, see `env`. */
  readonly environment?: Variables
  /** Whether the caller's variables are passed on as well; they are unless `false`. */
  readonly includeParentEnvironment?: boolean
  /** Runs through the shell, the arguments quoted for it; without one unless `true`. */
  readonly runInShell?: boolean
  readonly timeout?: Duration
  readonly idleTimeout?: Duration
  /** Attempts in all, see `retry`. */
  readonly retryAttempts?: number
  readonly retryDelay?: Duration
}

/**
 * A pending process from a program, its arguments and its options.
 *
 * @throws TypeError for an option that nobody knows.
 * @example Process.run('git', ['log', branch], { workingDirectory: '/repo', timeout: '5s' })
 */
export function fromOptions(
  pending: PendingProcess,
  program: unknown,
  args: readonly string[],
  options: StartOptions = {},
): PendingProcess {
  refuseUnknown(options, KNOWN, 'start')
  const { workingDirectory, environment = {}, includeParentEnvironment = true, runInShell = false } = options
  const { timeout, idleTimeout, retryAttempts, retryDelay = 0 } = options
  const line = [program as string, ...args]
  return pending
    .command(runInShell ? shellText(line) : line)
    .when(!includeParentEnvironment, (next) => next.env(() => ({})))
    .env(environment)
    .when(workingDirectory !== undefined, (next) => next.path(workingDirectory as string))
    .when(timeout !== undefined, (next) => next.timeout(timeout as Duration))
    .when(idleTimeout !== undefined, (next) => next.idleTimeout(idleTimeout as Duration))
    .when(retryAttempts !== undefined, (next) => next.retry(retryAttempts as number, { delay: retryDelay }))
}

const KNOWN: Known<StartOptions> = {
  workingDirectory: true,
  environment: true,
  includeParentEnvironment: true,
  runInShell: true,
  timeout: true,
  idleTimeout: true,
  retryAttempts: true,
  retryDelay: true,
}
