import type { Command } from '../contracts/command.ts'
import type { Handle } from '../contracts/driver.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { ProcessStartError } from '../errors.ts'
import type { RealPart } from '../fake/driver.ts'
import type { Part, ProgramContext } from '../fake/program.ts'
import type { Entries, Entry } from './entries.ts'
import { type Expected, HeardInput } from './heard-input.ts'
import { type Identity, identityOf, keyOf } from './identity.ts'
import { inputOf, isUnseen, knownInput } from './input.ts'
import { divergenceOf, missOf, type Source } from './miss.ts'
import { endOf, type RecordedRun, UNREAD } from './run.ts'
import { scenarioOf } from './scenario-of.ts'
import type { Scrubber } from './scrubber.ts'
import type { Symbols } from './symbols.ts'

export interface CastingOptions {
  readonly entries: Entries
  readonly source: Source
  readonly symbols: Symbols
  readonly scrubberFor: (command: Command) => Scrubber
  /** Starts what the recording does not have; without it, that is a miss. */
  readonly real?: (command: Command) => Promise<Handle>
}

/** What a command plays, and, where it is to be listened to, what it is given to read. */
export interface Role {
  readonly part: Part | RealPart
  readonly heard?: HeardInput
}

/** A command that is looked for. */
interface Asked {
  readonly identity: Identity
  readonly key: string
  readonly scrubber: Scrubber
  readonly command: Command
}

/** Finds the run of a recording that a command is to play. */
export class Casting {
  readonly #options: CastingOptions
  /** One for each run: what it comes to is worked out once. */
  readonly #scenarios = new WeakMap<RecordedRun, Scenario>()

  constructor(options: CastingOptions) {
    this.#options = options
  }

  /**
   * What a command does. `file` is what it reads, where that is a file.
   *
   * @throws RecordingMissError when the recording has no such run; ProcessStartError when that did not start.
   */
  roleFor(command: Command, file: Uint8Array | undefined): Role {
    const { entries, scrubberFor, source, real } = this.#options
    // It was not recorded either: a rehearsal says why.
    if (isUnseen(command)) return { part: real ? { real: () => real(command) } : { scenario: [] } }
    const scrubber = scrubberFor(command)
    const identity = identityOf(command, scrubber, source.telling)
    const asked: Asked = { identity, key: keyOf(identity, source.telling), scrubber, command }
    const known = file ? [file] : knownInput(command)
    if (!known) return this.#roleForUnknown(asked)
    const entry = entries.take(asked.key, scrubber.digest(known))
    return { part: entry ? this.#play(entry.run, command) : this.#without(asked, known) }
  }

  // Who may listen before it writes has to be answered at once; else it can be waited for what tells one run from another.
  #roleForUnknown(asked: Asked): Role {
    const { entries } = this.#options
    const inputs = new Set(entries.candidates(asked.key).map(({ run }) => run.stdin))
    const heard = new HeardInput(asked.scrubber)
    if (inputs.size > 1 && !isDialogue(asked.command)) {
      return { part: { program: (context) => this.#whenRead(context, asked, heard) }, heard }
    }
    const entry = entries.takeFirst(asked.key)
    return entry ? this.#played(entry, asked, heard) : { part: this.#without(asked, []) }
  }

  #played({ run }: Entry, asked: Asked, heard: HeardInput): Role {
    if (run.stdin !== UNREAD) heard.expect(this.#expectation(run, asked, heard))
    return { part: this.#play(run, asked.command), heard }
  }

  async #whenRead({ stdin }: ProgramContext, asked: Asked, heard: HeardInput): Promise<Part> {
    await stdin.text()
    const { entries, source } = this.#options
    const entry = entries.take(asked.key, heard.digest)
    if (!entry) throw missOf({ ...asked, stdin: heard.digest, input: heard.text }, entries, source)
    return this.#play(entry.run, asked.command)
  }

  #without(asked: Asked, input: readonly Uint8Array[]): RealPart {
    const { entries, source, real } = this.#options
    if (real) return { real: () => real(asked.command) }
    const { scrubber } = asked
    throw missOf(
      { ...asked, stdin: scrubber.digest(input), input: scrubber.stream(input).pieces.join('') },
      entries,
      source,
    )
  }

  #play(run: RecordedRun, { line }: Command): Part {
    const { symbols } = this.#options
    const [, code, why] = endOf(run) ?? []
    if (code === 'fail' && typeof why === 'object') {
      const name = typeof line === 'string' ? line : String(line[0])
      throw new ProcessStartError(name, why.errno, { detail: symbols.expand(why.detail) })
    }
    const scenario = this.#scenarios.get(run) ?? scenarioOf(run, (text) => symbols.expand(text))
    this.#scenarios.set(run, scenario)
    return { scenario }
  }

  #expectation(run: RecordedRun, asked: Asked, heard: HeardInput): Expected {
    const text = isDialogue(asked.command) ? inputOf(run) : undefined
    const miss = (): Error =>
      divergenceOf({ ...asked, stdin: heard.digest, input: heard.text }, run, this.#options.source)
    return { digest: run.stdin, text, miss }
  }
}

function isDialogue({ notes }: Command): boolean {
  return notes?.dialogue === true
}
