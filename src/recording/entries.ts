import { keyOf, type Telling } from './identity.ts'
import { type RecordedRun, UNREAD } from './run.ts'

/** One run of a recording, and how often it has been played. */
export interface Entry {
  readonly run: RecordedRun
  readonly key: string
  played: number
}

/** The runs of a recording, to be played: the n-th time that a command runs it does what it did the n-th time. */
export class Entries {
  readonly all: readonly Entry[]
  /** Those of one command: first what was never played, then what was, the latest first. */
  readonly #byKey = new Map<string, { readonly fresh: Entry[]; readonly played: Entry[] }>()

  constructor(runs: readonly RecordedRun[], telling: Telling) {
    this.all = runs.map((run) => ({ run, key: keyOf(run, telling), played: 0 }))
    for (const entry of this.all) {
      const same = this.#byKey.get(entry.key) ?? { fresh: [], played: [] }
      same.fresh.push(entry)
      this.#byKey.set(entry.key, same)
    }
  }

  /** Those that a command may still be, whatever it reads: those not played yet, or the last one, where that repeats. */
  candidates(key: string): readonly Entry[] {
    const { fresh, played } = this.#byKey.get(key) ?? { fresh: [], played: [] }
    return fresh.length > 0 && played.length === 0 ? fresh : [...fresh, ...played]
  }

  /** The next one for a command that reads this, taken; `undefined` when there is none. */
  take(key: string, stdin: string | undefined): Entry | undefined {
    const candidates = this.candidates(key)
    const entry =
      candidates.find(({ run }) => run.stdin === stdin) ?? candidates.find(({ run }) => run.stdin === UNREAD)
    return entry && this.#play(entry)
  }

  /** The next one for a command of which is not known yet what it will read, taken. */
  takeFirst(key: string): Entry | undefined {
    const [entry] = this.candidates(key)
    return entry && this.#play(entry)
  }

  /** Those that were never played. */
  get unused(): readonly RecordedRun[] {
    return this.all.filter(({ played }) => played === 0).map(({ run }) => run)
  }

  #play(entry: Entry): Entry {
    const same = this.#byKey.get(entry.key)
    const index = entry.played++ === 0 && same ? same.fresh.indexOf(entry) : -1
    if (index >= 0) same?.fresh.splice(index, 1)
    if (index >= 0 && entry.run.repeats) same?.played.unshift(entry)
    return entry
  }
}
