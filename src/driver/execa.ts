import type { ChildProcess } from 'node:child_process'
import { type Command, environmentOf } from '../contracts/command.ts'
import { asOurOwn } from '../own-starts.ts'
import type { SystemPlan } from './isolation-plan.ts'
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
 * gets no time limit, cancel signal or clean-up of its own, because those are decided above the driver. What is planned for
 * an isolated command is executed as it stands.
 */
export async function spawnWithExeca(
  command: Command,
  stdio: readonly Stdio[],
  plan: SystemPlan | undefined,
): Promise<Spawned> {
  const { execa } = await loadExeca(command)
  const line = plan?.argv ?? command.line
  const [file, args] = typeof line === 'string' ? [line, []] : [line[0] ?? '', line.slice(1)]
  const { shell = true, ...options } = command.options ?? {}
  const { uid, gid } = plan ?? {}
  const settings = {
    shell: typeof line === 'string' && shell,
    // execa takes any descriptor, but its types know numbers only as literals.
    stdio: stdio as readonly ['pipe', 'pipe', 'pipe'],
    env: environmentOf(plan ? withAccount(command, plan) : command, process.env),
    extendEnv: false,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
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

// What is said of an account may be said differently by the caller; what is withheld comes later.
function withAccount(command: Command, { variables, withheld }: SystemPlan): Command {
  return { ...command, env: { ...variables, ...command.env, ...withheld } }
}

// Asking the loader anew at each start costs as much as all else that is done here.
let loaded: typeof import('execa') | undefined

async function loadExeca(command: Command): Promise<typeof import('execa')> {
  loaded ??= await load(programOf(command), () => import('execa'))
  return loaded
}
