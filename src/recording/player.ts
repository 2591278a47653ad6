import { dirname, resolve } from 'node:path'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command, InputFrom, OutputTo } from '../contracts/command.ts'
import type { Driver, Handle, Joint } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import type { Random } from '../contracts/random.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { NotFakeableError, ProcessStartError } from '../errors.ts'
import { FakeDriver, type FakeDriverOptions, type RealPart } from '../fake/driver.ts'
import type { Part, ProgramContext } from '../fake/program.ts'
import type { Entries, Entry } from './entries.ts'
import { type Expected, HeardInput } from './heard-input.ts'
import { type Identity, identityOf, keyOf } from './identity.ts'
import { inputOf, isUnseen, knownInput } from './input.ts'
import { divergenceOf, type Missing, missOf, type Source } from './miss.ts'
import { endOf, type RecordedRun, UNREAD } from './run.ts'
import { scenarioOf } from './scenario-of.ts'
import type { Scrubber } from './scrubber.ts'
import type { Symbols } from './symbols.ts'

export interface PlayerOptions extends Omit<FakeDriverOptions, 'cast'> {
  readonly entries: Entries
  readonly source: Source
  readonly symbols: Symbols
  readonly scrubberFor: (command: Command) => Scrubber
  /** Starts what the recording does not have; without it, that is a miss. */
  readonly real?: (command: Command) => Promise<Handle>
  /** The disk around: files that are given to processes to read come from there. */
  readonly disk: Files
}

const NO_JOINTS = 'a recording has to see what goes from one process to the next'

/** The driver of a replay: a rehearsal, in which each command does what the recording says it did. */
export class PlayingDriver implements Driver {
  readonly capabilities: Capabilities
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly processes: ProcessTable
  readonly #fake: FakeDriver
  readonly #options: PlayerOptions
  readonly #files = new WeakMap<Command, Uint8Array>()
  readonly #scenarios = new WeakMap<RecordedRun, Scenario>()
  readonly #heard = new WeakMap<Command, HeardInput>()

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#fake = new FakeDriver({ ...options, cast: (command) => this.#cast(command) })
    this.capabilities = { ...this.#fake.capabilities, joints: NO_JOINTS }
    this.clock = this.#fake.clock
    this.random = this.#fake.random
    this.files = this.#fake.files
    this.processes = this.#fake.processes
  }

  async start(command: Command): Promise<Handle> {
    const file = await this.#bringFiles(command)
    if (file) this.#files.set(command, file)
    const handle = await this.#fake.start(command)
    return this.#heard.get(command)?.through(handle) ?? handle
  }

  joint(): Promise<Joint> {
    return Promise.reject(new NotFakeableError(`Cannot make a joint: ${NO_JOINTS}`))
  }

  close(): Promise<void> {
    return this.#fake.close()
  }

  #cast(command: Command): Part | RealPart {
    const { entries, scrubberFor, source, real } = this.#options
    // It was not recorded either: a rehearsal says why.
    if (isUnseen(command)) return real ? { real: () => real(command) } : { scenario: [] }
    const scrubber = scrubberFor(command)
    const identity = identityOf(command, scrubber, source.telling)
    const asked: Asked = { identity, key: keyOf(identity, source.telling), scrubber, command }
    const file = this.#files.get(command)
    const known = file ? [file] : knownInput(command)
    if (known) return this.#partFor(entries.take(asked.key, scrubber.digest(known)), asked, known)
    return this.#partForUnknown(asked)
  }

  // Who may listen before it writes has to be answered at once; else it can be waited for what tells one run from another.
  #partForUnknown(asked: Asked): Part | RealPart {
    const { entries } = this.#options
    const inputs = new Set(entries.candidates(asked.key).map(({ run }) => run.stdin))
    const heard = new HeardInput(asked.scrubber)
    if (asked.command.stdin === 'pipe') this.#heard.set(asked.command, heard)
    if (inputs.size > 1 && !isDialogue(asked.command))
      return { program: (context) => this.#whenRead(context, asked, heard) }
    const entry = entries.takeFirst(asked.key)
    if (entry && entry.run.stdin !== UNREAD) heard.expect(this.#expectation(entry.run, asked, heard))
    return this.#partFor(entry, asked, [])
  }

  async #whenRead({ stdin }: ProgramContext, asked: Asked, heard: HeardInput): Promise<Part> {
    await stdin.text()
    const entry = this.#options.entries.take(asked.key, heard.digest)
    if (!entry) throw this.#missOf(asked, heard.digest, heard.text)
    return this.#play(entry.run)
  }

  #partFor(entry: Entry | undefined, asked: Asked, input: readonly Uint8Array[]): Part | RealPart {
    const { real } = this.#options
    if (entry) return this.#play(entry.run, asked.command)
    this.#heard.delete(asked.command)
    if (real) return { real: () => real(asked.command) }
    throw this.#missOf(asked, asked.scrubber.digest(input), asked.scrubber.stream(input).pieces.join(''))
  }

  #play(run: RecordedRun, command?: Command): Part {
    const { symbols } = this.#options
    const [, code, why] = endOf(run) ?? []
    if (code === 'fail' && typeof why === 'object' && command)
      throw new ProcessStartError(nameOf(command), why.errno, { detail: symbols.expand(why.detail) })
    let scenario = this.#scenarios.get(run)
    if (!scenario) {
      scenario = scenarioOf(run, (text) => symbols.expand(text))
      this.#scenarios.set(run, scenario)
    }
    return { scenario }
  }

  #expectation(run: RecordedRun, asked: Asked, heard: HeardInput): Expected {
    const input = isDialogue(asked.command) ? inputOf(run) : undefined
    return {
      digest: run.stdin,
      text: input,
      miss: () => divergenceOf({ ...asked, stdin: heard.digest, input: heard.text }, run, this.#options.source),
    }
  }

  #missOf({ identity, key }: Asked, stdin: string | undefined, input: string): Error {
    const missing: Missing = { identity, key, stdin, input }
    return missOf(missing, this.#options.entries, this.#options.source)
  }

  // What a rehearsal's own disk lacks: the file that is to be read, and the folders of those that are to be written.
  async #bringFiles({ stdin, stdout, stderr, cwd = process.cwd() }: Command): Promise<Uint8Array | undefined> {
    const { disk } = this.#options
    for (const to of [stdout, stderr]) if (isFile(to)) await this.files.makeFolder(dirname(resolve(cwd, to.file)))
    if (!isFile(stdin)) return undefined
    const path = resolve(cwd, stdin.file)
    if (!(await this.files.stat(path)) && (await disk.stat(path))) {
      await this.files.makeFolder(dirname(path))
      await this.files.write(path, await disk.read(path))
    }
    return (await this.files.stat(path)) && this.files.read(path)
  }
}

/** A command that is looked for. */
interface Asked {
  readonly identity: Identity
  readonly key: string
  readonly scrubber: Scrubber
  readonly command: Command
}

function isDialogue({ notes }: Command): boolean {
  return notes?.dialogue === true
}

function isFile(end: InputFrom | OutputTo): end is { readonly file: string; readonly append: boolean } {
  return typeof end === 'object' && 'file' in end
}

function nameOf({ line }: Command): string {
  return typeof line === 'string' ? line : String(line[0])
}
