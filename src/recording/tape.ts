import { commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import { type Matcher, viewOf } from '../matching.ts'
import type { Telling } from './identity.ts'
import type { RecordedRun } from './run.ts'
import type { Scrubber } from './scrubber.ts'
import { Take } from './take.ts'

/** What a tape goes by. */
export interface TapeOptions {
  readonly clock: Clock
  readonly telling: Telling
  /** Times are cut down to multiples of this, in milliseconds. */
  readonly unit: number
  /** Bytes that it keeps at most. */
  readonly limit: number
  /** Commands whose last run answers for ever. */
  readonly repeats: readonly Matcher[]
  readonly scrubberFor: (command: Command) => Scrubber
}

/** Keeps what is seen of every run, in memory: nothing of it touches the disk before its secrets are out. */
export class Tape {
  readonly #options: TapeOptions
  #takes: Take[] = []
  #left: number
  #full = false

  constructor(options: TapeOptions) {
    this.#options = options
    this.#left = options.limit
  }

  begin(command: Command): Take {
    const { clock, telling, unit, scrubberFor } = this.#options
    const take = new Take(command, scrubberFor(command), {
      telling,
      unit,
      now: () => clock.monotonic(),
      hasRoom: (bytes) => this.#hasRoom(bytes),
    })
    this.#takes.push(take)
    return take
  }

  /** Forgets a run that never was. */
  drop(take: Take): void {
    this.#takes = this.#takes.filter((other) => other !== take)
  }

  /** What was not seen to its end, or not kept, in words; `undefined` when everything was. */
  get problem(): string | undefined {
    if (this.#full) return `more than ${this.#options.limit} bytes were seen`
    const open = this.#takes.find((take) => !take.complete)
    return open && `${JSON.stringify(open.identity.run)} is not over`
  }

  /** The commands of which some output was not seen, with those streams; empty when all was. */
  get unseen(): readonly string[] {
    const partly = this.#takes.filter(({ unseen }) => unseen.length > 0)
    return [...new Set(partly.map(({ identity, unseen }) => `${commandText(identity.run)} (${unseen.join(', ')})`))]
  }

  /** All runs, in an order that does not depend on which of several was faster. */
  runs(): readonly RecordedRun[] {
    const runs = this.#takes.map((take) => ({ take, run: this.#runOf(take) }))
    const keyed = runs.map(({ take, run }) => ({ run, key: isDialogue(take) ? '' : (run.stdin ?? '') }))
    return keyed.sort((a, b) => compare(a.key, b.key)).map(({ run }) => run)
  }

  #runOf(take: Take): RecordedRun {
    const view = viewOf(take.command, commandText(take.command.line))
    const repeats = this.#options.repeats.some((matcher) => matcher.matches(view))
    const { events, ...header } = take.run()
    return { ...header, ...(repeats && { repeats }), events }
  }

  #hasRoom(bytes: number): boolean {
    this.#left -= bytes
    if (this.#left < 0) this.#full = true
    return !this.#full
  }
}

// A dialogue has no input before it begins: only the order tells it from others.
function isDialogue({ command }: Take): boolean {
  return command.notes?.dialogue === true
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Runs sorted by what they are; those of the same command stay in the order in which they are. */
export function inFileOrder(runs: readonly RecordedRun[]): readonly RecordedRun[] {
  const keyed = runs.map((run) => ({ run, key: JSON.stringify([run.run, run.cwd, run.told ?? null]) }))
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ run }) => run)
}
