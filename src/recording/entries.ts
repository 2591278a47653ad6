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
  readonly #byKey = new Map<string, Entry[]>()

  constructor(runs: readonly RecordedRun[], telling: Telling) {
    this.all = runs.map((run) => ({ run, key: keyOf(run, telling), played: 0 }))
    for (const entry of this.all) this.#byKey.set(entry.key, [...(this.#byKey.get(entry.key) ?? []), entry])
  }

  /** Those that a command may still be, whatever it reads: those not played yet, or the last one, where that repeats. */
  candidates(key: string): readonly Entry[] {
    const entries = this.#byKey.get(key) ?? []
    const fresh = entries.filter(({ played }) => played === 0)
    return [...fresh, ...entries.filter(({ run, played }) => played > 0 && run.repeats).reverse()]
  }

  /** The next one for a command that reads this, taken; `undefined` when there is none. */
  take(key: string, stdin: string | undefined): Entry | undefined {
    const candidates = this.candidates(key)
    const entry =
      candidates.find(({ run }) => run.stdin === stdin) ?? candidates.find(({ run }) => run.stdin === UNREAD)
    if (entry) entry.played++
    return entry
  }

  /** The next one for a command of which is not known yet what it will read, taken. */
  takeFirst(key: string): Entry | undefined {
    const [entry] = this.candidates(key)
    if (entry) entry.played++
    return entry
  }

  /** Those that were never played. */
  get unused(): readonly RecordedRun[] {
    return this.all.filter(({ played }) => played === 0).map(({ run }) => run)
  }
}
