import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Capabilities } from '../contracts/capabilities.ts'
import { type Command, environmentOf, type InputFrom, type OutputTo } from '../contracts/command.ts'
import type { Driver, Handle, Joint, JointEnd, Source } from '../contracts/driver.ts'
import { type Random, seededRandom } from '../contracts/random.ts'
import type { StartFailure } from '../contracts/scenario.ts'
import { NotFakeableError, ProcessStartError } from '../errors.ts'
import { FakeAtOnce } from './at-once.ts'
import { BytePipe } from './byte-pipe.ts'
import { orderly, unruly } from './chance.ts'
import type { Birth, FakeProcess } from './fake-process.ts'
import { CALLER, Machine } from './machine.ts'
import { type DiskContents, MemoryFiles } from './memory-files.ts'
import { type Part, runProgram } from './program.ts'
import { PipeSink, PipeSource } from './streams.ts'
import { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts'

/** A command that is not rehearsed: it runs for real beside those that are. */
export interface RealPart {
  readonly real: () => Promise<Handle>
}

export interface FakeDriverOptions extends VirtualClockOptions {
  /** Says what a command does; `undefined` when the rehearsal has no such program. */
  readonly cast: (command: Command) => Part | RealPart | undefined
  /** Draws how output is cut and ordered. Without it, it comes as written. */
  readonly seed?: number
  /** The disk. When it is given, folders that are not on it do not exist. */
  readonly files?: DiskContents
}

const CAPABILITIES: Capabilities = {
  groups: true,
  signals: true,
  inherit: 'a rehearsed process has no real descriptors to share',
  joints: true,
  virtualTime: true,
}

/** The longest argument that Linux accepts (MAX_ARG_STRLEN in execve(2)). */
const LONGEST_ARGUMENT = 131_072

/** The rehearsal: a machine in memory on virtual time, that plays what it is told each command does. */
export class FakeDriver implements Driver {
  readonly capabilities: Capabilities = CAPABILITIES
  readonly clock: VirtualClock
  readonly random: Random
  readonly files: MemoryFiles
  readonly processes: Machine
  readonly atOnce: FakeAtOnce
  readonly #options: FakeDriverOptions

  constructor(options: FakeDriverOptions) {
    this.#options = options
    this.clock = new VirtualClock(options)
    this.random = seededRandom(options.seed ?? 0)
    this.files = new MemoryFiles(this.clock, options.files, [tmpdir(), process.cwd()])
    this.processes = new Machine(this.clock, options.seed === undefined ? orderly : unruly(this.random), this.files)
    this.atOnce = new FakeAtOnce(this.processes, {
      cast: options.cast,
      refuse: (command, part) => this.#refuse(command, part),
      bear: (command, part) => this.#bear(command, part),
    })
  }

  async start(command: Command): Promise<Handle> {
    const part = this.#options.cast(command)
    if (part && 'real' in part) return this.#accompany(command, nameOf(command), part)
    return this.#bear(command, part)
  }

  joint(): Promise<Joint> {
    return Promise.resolve(new FakeJoint())
  }

  close(): Promise<void> {
    this.processes.endAll()
    return Promise.resolve()
  }

  #bear(command: Command, part: Part | undefined): FakeProcess {
    const name = nameOf(command)
    refuseTheUnfakeable(command, name)
    this.#refuseBadFolder(command, name)
    refuseLongArguments(command, name)
    // A machine opens the streams first, and finds out then that there is nothing to give them to.
    const birth = this.#birthOf(command, name)
    if (!part || failureOf(part)) {
      birth.stdin?.closeReader()
      throw notThere(name, part)
    }
    const child = this.processes.bear(birth, 'scenario' in part ? part.pid : undefined)
    this.#act(child, part, command)
    return child
  }

  // Virtual time does not run ahead of a process that lives in real time.
  async #accompany(command: Command, name: string, { real }: RealPart): Promise<Handle> {
    if ([command.stdin, command.stdout, command.stderr].some((end) => typeof end === 'object' && 'joint' in end)) {
      throw new NotFakeableError(`Cannot connect "${name}", which runs for real, to a rehearsed process`)
    }
    const release = this.clock.accompany()
    try {
      const handle = await real()
      void handle.exit.then(release)
      return handle
    } catch (error) {
      release()
      throw error
    }
  }

  #act(child: FakeProcess, part: Part, command: Command): void {
    if ('scenario' in part) {
      this.clock.schedule(() => child.perform(part.scenario), 0, 0)
      return
    }
    try {
      runProgram(child, part.program, command)
    } catch (error) {
      child.receive('SIGKILL')
      throw error
    }
  }

  /** What a machine would refuse before it looks at any stream, and a program that is not there. */
  #refuse(command: Command, part: Part | undefined): Part {
    const name = nameOf(command)
    refuseTheUnfakeable(command, name)
    this.#refuseBadFolder(command, name)
    refuseLongArguments(command, name)
    if (!part || failureOf(part)) throw notThere(name, part)
    return part
  }

  #refuseBadFolder(command: Command, name: string): void {
    if (command.cwd === undefined || this.#options.files === undefined) return
    const errno = this.files.whyNoFolder(command.cwd)
    if (errno) throw ProcessStartError.inFolder(name, command.cwd, errno)
  }

  #birthOf(command: Command, name: string): Birth {
    const cwd = command.cwd ?? process.cwd()
    const ends: { -readonly [K in keyof Birth['ends']]: Birth['ends'][K] } = {}
    try {
      const stdin = this.#inputOf(command.stdin, cwd)
      const stdout = this.#outputOf(command.stdout, cwd)
      const stderr = this.#outputOf(command.stderr, cwd)
      if (command.stdin === 'pipe' && stdin) ends.stdin = new PipeSink(stdin)
      if (command.stdout === 'pipe' && stdout) ends.stdout = this.#sourceOf(stdout)
      if (command.stderr === 'pipe' && stderr) ends.stderr = this.#sourceOf(stderr)
      const text = typeof command.line === 'string' ? command.line : command.line.join(' ')
      const env = () => environmentOf(command, process.env)
      return { parent: CALLER, group: 'own', session: 'own', command: text, cwd, env, stdin, stdout, stderr, ends }
    } catch (cause) {
      const { code = 'EIO', path } = cause as NodeJS.ErrnoException
      throw new ProcessStartError(name, code, { detail: `cannot open "${path}": ${code}`, cause })
    }
  }

  #inputOf(from: InputFrom, cwd: string): BytePipe | undefined {
    if (from === 'pipe') return new BytePipe()
    if (from === 'end' || from === 'inherit') return undefined
    if ('joint' in from) return (from as FakeJointEnd).give()
    const pipe = new BytePipe()
    pipe.fill(this.files.readNow(resolve(cwd, from.file)))
    return pipe
  }

  #outputOf(to: OutputTo, cwd: string): BytePipe | undefined {
    if (to === 'pipe') return new BytePipe()
    if (to === 'ignore' || to === 'inherit') return undefined
    if ('joint' in to) return (to as FakeJointEnd).give()
    const file = this.files.openNow(resolve(cwd, to.file), to.append)
    const { reader, writer } = new FakeJoint()
    new PipeSource(reader.give(), orderly).flow(file.write, file.close)
    return writer.give()
  }

  #sourceOf(pipe: BytePipe): Source {
    return new PipeSource(pipe, this.processes.chance)
  }
}

function nameOf({ line }: Command): string {
  return typeof line === 'string' ? line : String(line[0])
}

function failureOf(part: Part): StartFailure | undefined {
  const first = 'scenario' in part ? part.scenario[0] : undefined
  return first && 'failToStart' in first ? first.failToStart : undefined
}

function notThere(name: string, part: Part | undefined): ProcessStartError {
  return new ProcessStartError(name, (part && failureOf(part)) ?? 'ENOENT')
}

function refuseTheUnfakeable(command: Command, name: string): void {
  const { stdin, stdout, stderr, foreground } = command
  if (!foreground && stdin !== 'inherit' && stdout !== 'inherit' && stderr !== 'inherit') return
  throw new NotFakeableError(`Cannot rehearse "${name}": it asks for the caller's own terminal or descriptors`)
}

function refuseLongArguments(command: Command, name: string): void {
  const words = typeof command.line === 'string' ? [command.line] : command.line
  const variables = Object.entries(command.env).map(([variable, value]) => `${variable}=${value}`)
  if (words.some(isTooLong) || variables.some(isTooLong)) throw new ProcessStartError(name, 'E2BIG')
}

// No character takes more than three bytes per unit of length, so most words need not be counted.
function isTooLong(word: string): boolean {
  return word.length * 3 >= LONGEST_ARGUMENT && Buffer.byteLength(word) >= LONGEST_ARGUMENT
}

interface FakeJointEnd extends JointEnd {
  /** The pipe, for the process that gets this end. */
  give(): BytePipe
}

/** A pipe in memory. It counts as a writer itself until the writing end is given away, so the reader can start first. */
class FakeJoint implements Joint {
  readonly reader: FakeJointEnd = { joint: 'reader', give: () => this.#giveReader() }
  readonly writer: FakeJointEnd = { joint: 'writer', give: () => this.#giveWriter() }
  readonly #pipe = new BytePipe()
  #hasReader = true
  #hasWriter = true

  constructor() {
    this.#pipe.addWriter()
  }

  close(): void {
    if (this.#hasReader) this.#pipe.closeReader()
    if (this.#hasWriter) this.#pipe.removeWriter(this)
    this.#hasReader = this.#hasWriter = false
  }

  #giveReader(): BytePipe {
    this.#hasReader = false
    return this.#pipe
  }

  #giveWriter(): BytePipe {
    this.#hasWriter = false
    // The process counts itself as a writer at birth, within this turn; only then may this one go.
    queueMicrotask(() => this.#pipe.removeWriter(this))
    return this.#pipe
  }
}
