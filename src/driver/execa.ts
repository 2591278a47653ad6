import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { type Command, environmentOf } from '../contracts/command.ts'
import { asOurOwn } from '../own-starts.ts'

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
  const loaded = await loadExeca()
  if ('failure' in loaded) return loaded
  const [file, args] =
    typeof command.line === 'string' ? [command.line, []] : [command.line[0] ?? '', command.line.slice(1)]
  // execa takes any descriptor, but its types know numbers only as literals.
  const [stdin, stdout, stderr] = stdio as readonly ['pipe', 'pipe', 'pipe']
  const options = {
    shell: typeof command.line === 'string',
    stdin,
    stdout,
    stderr,
    env: environmentOf(command, process.env),
    extendEnv: false,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    detached: !command.foreground && process.platform !== 'win32',
    encoding: 'buffer',
    buffer: false,
    reject: false,
    cleanup: false,
    forceKillAfterDelay: false,
  } as const
  const spawned = asOurOwn(() => loaded.execa(file, args, options))
  const child = spawned.nodeChildProcess
  if (child.pid !== undefined) return { child: child as ChildProcess & { readonly pid: number } }
  const result = await spawned
  return { failure: (result.cause ?? result) as NodeJS.ErrnoException }
}

// The loader hides the system's reason for not opening a file. Opening one that is there for sure tells it.
async function loadExeca(): Promise<typeof import('execa') | { readonly failure: NodeJS.ErrnoException }> {
  try {
    return await import('execa')
  } catch (error) {
    try {
      closeSync(openSync(process.execPath, 'r'))
    } catch (failure) {
      return { failure: failure as NodeJS.ErrnoException }
    }
    throw error
  }
}
