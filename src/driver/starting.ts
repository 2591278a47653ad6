import { closeSync, constants, openSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { Command, InputFrom, OutputTo } from '../contracts/command.ts'
import { ProcessStartError } from '../errors.ts'
import { Cage } from './cage.ts'
import { leakingDescriptors } from './descriptors.ts'
import { type Stdio, spawnWithExeca } from './execa.ts'
import type { SystemIsolation } from './isolation.ts'
import type { KernelEnd } from './kernel-pipes.ts'
import { programOf, startError } from './start-error.ts'
import { SystemHandle } from './system-handle.ts'
import { tryOut } from './trial.ts'

/** Several processes may write one file: each adds to its end, also the one for which it was emptied. */
const EMPTY_AND_APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

/**
 * Starts a real process: its folder is there, its demands can be met, its files are opened, execa spawns it.
 *
 * @throws ProcessStartError with the system's errno; IsolationError. Nothing is left running or open then.
 */
export async function startProcess(command: Command, clock: Clock, isolation: SystemIsolation): Promise<SystemHandle> {
  const name = programOf(command)
  refuseBadFolder(command.cwd, name)
  const plan = isolation.planned(command)
  if (plan) tryOut(name, plan, command.cwd)
  const ours: number[] = []
  let cage: Cage | undefined
  try {
    const stdio = openStreams(command, name, ours)
    if (plan) stdio.push(...covers(stdio.length, ours))
    cage = plan && Cage.make(name, plan)
    const spawned = await spawnWithExeca(command, stdio, plan)
    if ('failure' in spawned) throw startError(name, spawned.failure)
    return new SystemHandle(spawned.child, { clock, command, plan, cage })
  } catch (error) {
    cage?.remove()
    throw error
  } finally {
    for (const descriptor of ours) closeSync(descriptor)
  }
}

// A missing folder would be reported as a missing program by the system.
function refuseBadFolder(cwd: string | undefined, name: string): void {
  const errno = cwd === undefined ? undefined : problemWith(cwd)
  if (cwd !== undefined && errno) throw ProcessStartError.inFolder(name, cwd, errno)
}

function problemWith(folder: string): string | undefined {
  try {
    return statSync(folder).isDirectory() ? undefined : 'ENOTDIR'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO'
  }
}

// What would be passed on without having been given is covered by something that tells nothing.
function covers(from: number, ours: number[]): Stdio[] {
  const leaking = leakingDescriptors()
  const stdio: Stdio[] = Array.from(
    { length: Math.max(0, ...leaking.map((descriptor) => descriptor + 1 - from)) },
    () => 'ignore',
  )
  for (const descriptor of leaking) {
    const nothing = openSync('/dev/null', 'r+')
    ours.push(nothing)
    stdio[descriptor - from] = nothing
  }
  return stdio
}

function openStreams(command: Command, name: string, ours: number[]): Stdio[] {
  const cwd = command.cwd ?? process.cwd()
  const open = (path: string, flags: string | number): number => {
    try {
      const descriptor = openSync(resolve(cwd, path), flags)
      ours.push(descriptor)
      return descriptor
    } catch (cause) {
      const { code = 'EIO' } = cause as NodeJS.ErrnoException
      throw new ProcessStartError(name, code, { detail: `cannot open "${path}": ${code}`, cause })
    }
  }
  const take = (end: KernelEnd): number => {
    const descriptor = end.give()
    ours.push(descriptor)
    return descriptor
  }
  const input = (from: InputFrom): Stdio => {
    if (typeof from === 'string') return from === 'end' ? 'ignore' : from
    return 'joint' in from ? take(from as KernelEnd) : open(from.file, 'r')
  }
  const output = (to: OutputTo): Stdio => {
    if (typeof to === 'string') return to
    return 'joint' in to ? take(to as KernelEnd) : open(to.file, to.append ? 'a' : EMPTY_AND_APPEND)
  }
  return [input(command.stdin), output(command.stdout), output(command.stderr)]
}
