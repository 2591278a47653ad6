import { BadScheduleError } from '../errors.ts'

/** A stretch of time in which a zone's offset does not change. All in milliseconds since the epoch. */
export interface Span {
  readonly from: number
  /** The first moment after it. */
  readonly to: number
  /** Local time minus UTC. */
  readonly offset: number
}

const DAY = 86_400_000
/** How much of a zone is looked up at a time. */
const CHUNK = 366 * DAY
/** How far a chunk looks back, so that whoever starts in one sees the change just before it. */
const BEFORE = 2 * DAY

const zones = new Map<string, Zone>()

/**
 * A time zone as spans of constant offset, found by asking `Intl` once a year of it and kept. Chunks end spans too, so two
 * that follow each other may have the same offset.
 *
 * @example Zone.of('Europe/Berlin').spanAt(0).offset // 3_600_000
 */
export class Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #chunks = new Map<number, readonly Span[]>()

  /** @throws BadScheduleError for a zone that `Intl` does not know. */
  static of(name: string): Zone {
    const known = zones.get(name)
    if (known) return known
    const zone = new Zone(name)
    zones.set(name, zone)
    return zone
  }

  private constructor(name: string) {
    this.name = name
    this.#format = formatOf(name)
  }

  /** The span that a moment lies in. Its beginning may be cut, but never within two days before the moment. */
  spanAt(moment: number): Span {
    const index = Math.floor(moment / CHUNK)
    const spans = this.#chunks.get(index) ?? this.#spansBetween(index * CHUNK - BEFORE, (index + 1) * CHUNK)
    this.#chunks.set(index, spans)
    return spans.find(({ to }) => moment < to) as Span
  }

  /** Local time minus UTC at a moment. */
  offsetAt(moment: number): number {
    const [, sign, hours, minutes = 0, seconds = 0] = OFFSET.exec(this.#format.format(moment)) ?? []
    if (hours === undefined) return 0
    const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -size : size
  }

  #spansBetween(from: number, to: number): readonly Span[] {
    const spans: Span[] = []
    let start = { at: from, offset: this.offsetAt(from) }
    for (let day = from; day < to; ) {
      const next = Math.min(day + DAY, to)
      const change = this.#firstChange(day, next, start.offset)
      if (change !== undefined) {
        spans.push({ from: start.at, to: change, offset: start.offset })
        start = { at: change, offset: this.offsetAt(change) }
      }
      day = change ?? next
    }
    if (start.at < to) spans.push({ from: start.at, to, offset: start.offset })
    return spans
  }

  // No zone has changed its offset and changed it back within a day; the tests look at every minute around all changes.
  #firstChange(from: number, to: number, offset: number): number | undefined {
    if (this.offsetAt(to) === offset) return undefined
    let [same, changed] = [from, to]
    while (changed - same > 1000) {
      const middle = Math.floor((same + changed) / 2000) * 1000
      if (this.offsetAt(middle) === offset) same = middle
      else changed = middle
    }
    return changed
  }
}

const OFFSET = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/

function formatOf(name: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch (cause) {
    throw new BadScheduleError(`Cannot use "${name}" as a time zone: not one that this machine knows`, { cause })
  }
}

/** What an empty TZ is called, in a word that nobody takes as the name of a zone. */
const UNKNOWN = 'Etc/Unknown'

/** The zone of the machine; UTC where its variable TZ names none that there is, as for its own clock. */
export function machineZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions() as { timeZone: string | undefined }
  return timeZone === undefined || timeZone === UNKNOWN ? 'UTC' : timeZone
}
