import { closeSync, constants, openSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AtOnce } from '../contracts/at-once.ts'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Command, InputFrom, OutputTo } from '../contracts/command.ts'
import type { Driver, Handle, Joint } from '../contracts/driver.ts'
import type { Random } from '../contracts/random.ts'
import { ProcessStartError } from '../errors.ts'
import { type Stdio, spawnWithExeca } from './execa.ts'
import { type KernelEnd, KernelPipes } from './kernel-pipes.ts'
import { SystemClock } from './system-clock.ts'
import { SystemFiles } from './system-files.ts'
import { SystemHandle } from './system-handle.ts'
import { SystemProcesses } from './system-processes.ts'

const windows = process.platform === 'win32'

const CAPABILITIES: Capabilities = {
  groups: windows ? 'Windows has no process groups to signal' : true,
  signals: windows ? 'Windows ends a process for every signal' : true,
  inherit: true,
  joints: windows ? 'Windows has no pipe that could be made and handed over here' : true,
  virtualTime: 'the time of the machine passes by itself',
}

/** Several processes may write one file: each adds to its end, also the one for which it was emptied. */
const EMPTY_AND_APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_APPEND

/** The real machine. */
export class SystemDriver implements Driver {
  readonly capabilities: Capabilities = CAPABILITIES
  readonly clock: SystemClock = new SystemClock()
  readonly random: Random = { next: Math.random }
  readonly files: SystemFiles = new SystemFiles()
  readonly processes: SystemProcesses = new SystemProcesses()
  /** Whoever wants something at once does it themselves: this is the machine. */
  readonly atOnce: AtOnce = { start: (_, caller) => caller.real(), run: (_, caller) => caller.real() }
  readonly #pipes = new KernelPipes()
  readonly #alive = new Set<SystemHandle>()
  /** Those that are over themselves, while somebody of their group may still execute. */
  readonly #left = new Set<SystemHandle>()

  async start(command: Command): Promise<Handle> {
    const name = typeof command.line === 'string' ? command.line : String(command.line[0])
    refuseBadFolder(command.cwd, name)
    const ours: number[] = []
    try {
      const stdio = openStreams(command, name, ours)
      const spawned = await spawnWithExeca(command, stdio)
      if ('failure' in spawned) throw startError(name, spawned.failure)
      const handle = new SystemHandle(spawned.child, this.clock, command)
      this.#follow(handle)
      return handle
    } finally {
      for (const descriptor of ours) closeSync(descriptor)
    }
  }

  async joint(): Promise<Joint> {
    try {
      return await this.#pipes.joint()
    } catch (cause) {
      throw startError('|', cause as NodeJS.ErrnoException)
    }
  }

  async close(): Promise<void> {
    this.#pipes.close()
    const all = [...this.#alive, ...this.#left]
    for (const handle of all) handle.kill('SIGKILL', 'group')
    await Promise.all(all.map((handle) => handle.exit))
  }

  #follow(handle: SystemHandle): void {
    for (const gone of this.#left) if (!gone.leavesAnybody()) this.#left.delete(gone)
    this.#alive.add(handle)
    void handle.exit.then(() => {
      this.#alive.delete(handle)
      if (handle.leavesAnybody()) this.#left.add(handle)
    })
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

function openStreams(command: Command, name: string, ours: number[]): [Stdio, Stdio, Stdio] {
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

function startError(name: string, failure: NodeJS.ErrnoException): ProcessStartError {
  return new ProcessStartError(name, failure.code ?? 'EUNKNOWN', { cause: failure })
}
