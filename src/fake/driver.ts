import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Command, InputFrom, OutputTo } from '../contracts/command.ts'
import type { Driver, Handle, Joint, Source } from '../contracts/driver.ts'
import { type Random, seededRandom } from '../contracts/random.ts'
import { NotFakeableError, ProcessStartError } from '../errors.ts'
import { FakeAtOnce } from './at-once.ts'
import type { Birth } from './birth.ts'
import { BytePipe } from './byte-pipe.ts'
import { orderly, unruly } from './chance.ts'
import { Ears } from './ears.ts'
import type { FakeProcess } from './fake-process.ts'
import type { StartFate } from './fate.ts'
import { FinishedProcess, foresee } from './foreseen.ts'
import { refuseUnknownUser } from './identity.ts'
import { cageFor, FakeIsolation, type Lacks } from './isolation.ts'
import { FakeJoint, type FakeJointEnd } from './joint.ts'
import type { Loopback } from './loopback.ts'
import { CALLER, Machine } from './machine.ts'
import { type DiskContents, MemoryFiles } from './memory-files.ts'
import { type Part, runProgram } from './program.ts'
import { failureOf, nameOf, notThere, refuse, refuseIsolation } from './refusals.ts'
import { PipeSink, PipeSource } from './streams.ts'
import { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts'

/** A command that is not rehearsed: it runs for real beside those that are. */
export interface RealPart {
  /** Starts it on the machine. */
  readonly real: () => Promise<Handle>
}

/** What a rehearsed machine is like: its clock, its programs, its disk. */
export interface FakeDriverOptions extends VirtualClockOptions {
  /** Says what a command does; `undefined` when the rehearsal has no such program. */
  readonly cast: (command: Command) => Part | RealPart | undefined
  /** Draws how output is cut and ordered. Without it, it comes as written. */
  readonly seed?: number
  /** The same from a source of chance of one's own. */
  readonly random?: Random
  /** The disk. When it is given, folders that are not on it do not exist. */
  readonly files?: DiskContents
  /** The isolation that cannot be had, with the reasons, as on a machine without the tools. */
  readonly lacks?: Lacks
}

const CAPABILITIES: Capabilities = {
  groups: true,
  signals: true,
  inherit: 'a rehearsed process has no real descriptors to share',
  joints: true,
  virtualTime: true,
}

/** The rehearsal: a machine in memory on virtual time, that plays what it is told each command does. */
export class FakeDriver implements Driver {
  readonly capabilities: Capabilities = CAPABILITIES
  readonly clock: VirtualClock
  readonly random: Random
  readonly files: MemoryFiles
  readonly processes: Machine
  readonly net: Loopback
  readonly atOnce: FakeAtOnce
  readonly isolation: FakeIsolation
  readonly #options: FakeDriverOptions

  constructor(options: FakeDriverOptions) {
    this.#options = options
    this.clock = new VirtualClock(options)
    this.isolation = new FakeIsolation(options.lacks)
    this.random = options.random ?? seededRandom(options.seed ?? 0)
    const chance = options.seed === undefined && !options.random ? orderly : unruly(this.random)
    this.files = new MemoryFiles(this.clock, options.files, [tmpdir(), process.cwd()])
    this.processes = new Machine(this.clock, chance, this.files)
    this.net = this.processes.net
    this.atOnce = new FakeAtOnce(this.processes, {
      cast: options.cast,
      refuse: (command, part) => {
        refuseIsolation(command)
        this.#refuse(command)
        if (!part || failureOf(part)) throw notThere(nameOf(command), part)
        return part
      },
      bear: (command, part) => {
        refuseIsolation(command)
        return this.#bear(command, part)
      },
    })
  }

  async start(command: Command): Promise<Handle> {
    const part = this.#options.cast(command)
    if (part && 'real' in part) return this.#accompany(command, nameOf(command), part)
    const admitted = this.isolation.admit(command)
    if (this.processes.fate) return this.#tempt(admitted, part)
    return this.#foresee(admitted, part) ?? this.#bear(admitted, part)
  }

  joint(): Promise<Joint> {
    return Promise.resolve(new FakeJoint())
  }

  close(): Promise<void> {
    this.processes.endAll()
    return Promise.resolve()
  }

  // What takes no time, and nobody looks at before its end, needs no process.
  #foresee(command: Command, part: Part | undefined): FinishedProcess | undefined {
    if (!command.unattended || !part || 'program' in part) return undefined
    const finished = foresee(part.scenario)
    if (!finished) return undefined
    this.#refuse(command)
    return new FinishedProcess(this.processes.freePid(part.pid), this.clock, finished)
  }

  // What is fated comes in between, and is told of what came of it.
  async #tempt(command: Command, part: Part | undefined): Promise<FakeProcess> {
    const { fate } = this.processes
    const { errno, delay, heardAfter, ...changes } = fate?.start(command, part) ?? {}
    try {
      if (delay) await this.#pass(delay)
      if (errno) throw new ProcessStartError(nameOf(command), errno)
      const child = this.#bear(command, part, changes)
      if (heardAfter) await this.#pass(heardAfter)
      return child
    } catch (error) {
      fate?.refused(command, error instanceof ProcessStartError ? error.errno : 'EIO')
      throw error
    }
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.schedule(() => this.processes.ears.hear(resolve), ms, 0))
  }

  #bear(command: Command, part: Part | undefined, changes: StartFate = {}): FakeProcess {
    const name = nameOf(command)
    this.#refuse(command)
    // A machine opens the streams first, and finds out then that there is nothing to give them to.
    const birth = this.#birthOf(command, name)
    if (!part || failureOf(part)) {
      birth.stdin?.closeReader()
      throw notThere(name, part)
    }
    const child = this.processes.bear(birth, 'scenario' in part ? part.pid : undefined)
    this.#act(child, part, { command, changes })
    return child
  }

  #refuse(command: Command): void {
    refuse(command, this.#disk)
    refuseUnknownUser(command, nameOf(command), this.#disk)
  }

  /** The disk that folders are looked for on, where one was given. */
  get #disk(): MemoryFiles | undefined {
    return this.#options.files === undefined ? undefined : this.files
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

  #act(child: FakeProcess, part: Part, { command, changes }: { command: Command; changes: StartFate }): void {
    for (const steps of changes.beside ?? []) this.clock.schedule(() => child.performBeside(steps), 0, 0)
    if ('scenario' in part) {
      const scenario = changes.scenario ?? part.scenario
      this.clock.schedule(() => child.perform(scenario), 0, 0)
      return
    }
    try {
      runProgram(child, part.program, command)
    } catch (error) {
      child.receive('SIGKILL')
      throw error
    }
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
      return {
        parent: CALLER,
        group: 'own',
        session: 'own',
        text,
        cwd,
        command,
        cage: cageFor(command),
        stdin,
        stdout,
        stderr,
        ends,
      }
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
    new PipeSource(reader.give(), new Ears(orderly)).flow(file.write, file.close)
    return writer.give()
  }

  #sourceOf(pipe: BytePipe): Source {
    return new PipeSource(pipe, this.processes.ears)
  }
}
