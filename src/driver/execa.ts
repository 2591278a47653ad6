import type { ChildProcess } from 'node:child_process'
import { type Command, environmentOf } from '../contracts/command.ts'
import { asOurOwn } from '../own-starts.ts'
import { identityOf } from './identity.ts'
import { load } from './loading.ts'
import { programOf } from './start-error.ts'

/** What each of the three streams is for the child: a pipe to us, nothing, ours, or a descriptor. */
export type Stdio = 'pipe' | 'ignore' | 'inherit' | number

/** A child that runs, or the reason why there is none. */
export type Spawned =
  | { readonly child: ChildProcess & { readonly pid: number } }
  | { readonly failure: NodeJS.ErrnoException }

/**
 * Starts a program with execa, the only place that does. execa finds the program, quotes for the platform and spawns; it
 * gets no time limit, cancel signal or clean-up of its own, because those are decided above the driver.
 */
export async function spawnWithExeca(command: Command, stdio: readonly [Stdio, Stdio, Stdio]): Promise<Spawned> {
  const { execa } = await loadExeca(command)
  const [file, args] =
    typeof command.line === 'string' ? [command.line, []] : [command.line[0] ?? '', command.line.slice(1)]
  const { shell = true, ...options } = command.options ?? {}
  // execa takes any descriptor, but its types know numbers only as literals.
  const [stdin, stdout, stderr] = stdio as readonly ['pipe', 'pipe', 'pipe']
  const settings = {
    shell: typeof command.line === 'string' && shell,
    stdin,
    stdout,
    stderr,
    env: environmentOf(command, process.env),
    extendEnv: false,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...identityOf(command, file),
    ...options,
    detached: !command.foreground && process.platform !== 'win32',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    cleanup: false,
    forceKillAfterDelay: false,
  } as const
  const spawned = asOurOwn(() => execa(file, args, settings))
  const child = spawned.nodeChildProcess
  if (child.pid !== undefined) return { child: child as ChildProcess & { readonly pid: number } }
  const result = await spawned
  return { failure: (result.cause ?? result) as NodeJS.ErrnoException }
}

// Asking the loader anew at each start costs as much as all else that is done here.
let loaded: typeof import('execa') | undefined

async function loadExeca(command: Command): Promise<typeof import('execa')> {
  loaded ??= await load(programOf(command), () => import('execa'))
  return loaded
}
