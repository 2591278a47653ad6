import { rewrite } from '../rewriting.ts'
import { Secrets } from '../secrets.ts'
import { CurveLog, DensityLog } from './series.ts'
import type { Lane, Mark, MarkKind, Span, SpanState, Timeline } from './timeline.ts'

/** How a timeline is made. */
export interface TimelineOptions {
  /** What it is called; `Processes` unless given. */
  readonly title?: string
  /** How many processes are kept; the first ones go. 20,000 unless given. */
  readonly limit?: number
}

const secrets = new Secrets([], {})

/** A timeline that is being made. Times are those of whoever makes it: on one clock, from any beginning. */
export class Draft {
  readonly #title: string
  readonly #limit: number
  #spans: DraftSpan[] = []
  #dropped = 0
  readonly #marks: Mark[] = []

  /** @throws RangeError for a limit that is none. */
  constructor({ title = 'Processes', limit = 20_000 }: TimelineOptions = {}) {
    if (!(Number.isSafeInteger(limit) && limit > 0))
      throw new RangeError(`Cannot keep ${limit} processes: a whole number from 1 on is expected`)
    this.#title = title
    this.#limit = limit
  }

  /** A process has started. Known secrets in its command are left out. */
  begin(lane: string, { at, label, pid }: { at: number; label: string; pid?: number | undefined }): DraftSpan {
    const span = new DraftSpan(withoutSecrets(lane), { at, label: withoutSecrets(label), pid })
    this.#spans.push(span)
    // Dropped in one go now and then: to take the first off a long list each time is slow.
    if (this.#spans.length >= this.#limit + Math.max(1, this.#limit >> 3)) this.#drop()
    return span
  }

  mark(at: number, kind: MarkKind, text: string): void {
    this.#marks.push({ at, kind, text: withoutSecrets(text) })
    if (this.#marks.length > this.#limit) this.#marks.shift()
  }

  /** The process that had a pid last. */
  byPid(pid: number): DraftSpan | undefined {
    return this.#spans.findLast((span) => span.pid === pid)
  }

  /** All of it until now. */
  timeline(now: number, { origin, isDate = false, unit = 'ms' }: Scale): Timeline {
    this.#drop()
    const from = origin ?? this.#first(now)
    const spans = this.#spans.map((span) => ({ lane: span.lane, span: span.asSpan(from, now) }))
    const marks = this.#marks.map((mark) => ({ ...mark, at: Math.max(0, mark.at - from) }))
    return {
      title: this.#title,
      unit,
      origin: isDate ? from : undefined,
      end: Math.max(0, now - from, ...lastOf(spans.map(({ span }) => span.end)), ...lastOf(marks.map(({ at }) => at))),
      lanes: lanesOf(spans),
      marks: marks.toSorted((a, b) => a.at - b.at),
      dropped: this.#dropped,
    }
  }

  #first(now: number): number {
    return [...this.#spans.map(({ start }) => start), ...this.#marks.map(({ at }) => at)].reduce(
      (a, b) => Math.min(a, b),
      now,
    )
  }

  #drop(): void {
    const extra = Math.max(0, this.#spans.length - this.#limit)
    this.#spans = this.#spans.slice(extra)
    this.#dropped += extra
  }
}

/** What its times mean. */
interface Scale {
  /** What counts as the beginning, on the clock of whoever makes it: the first thing that happened unless given. */
  readonly origin?: number
  /** Whether that clock counts from the epoch. */
  readonly isDate?: boolean
  readonly unit?: Timeline['unit']
}

/** A process whose end may still be to come. */
export class DraftSpan {
  lane: string
  readonly pid: number | undefined
  readonly start: number
  readonly #label: string
  readonly #marks: Mark[] = []
  readonly #output = new DensityLog()
  readonly #cpu = new CurveLog()
  readonly #memory = new CurveLog()
  #over: { readonly at: number; readonly state: SpanState; readonly detail: string } | undefined

  constructor(lane: string, { at, label, pid }: { at: number; label: string; pid: number | undefined }) {
    this.lane = lane
    this.start = at
    this.pid = pid
    this.#label = label
  }

  mark(at: number, kind: MarkKind, text: string): void {
    if (this.#marks.length < MARKS) this.#marks.push({ at, kind, text: withoutSecrets(text) })
  }

  wrote(at: number, stream: 'out' | 'err', bytes: number): void {
    this.#output.add(at - this.start, stream, bytes)
  }

  uses(at: number, { cpu, memory }: { cpu: number | undefined; memory: number }): void {
    if (cpu !== undefined) this.#cpu.add(at, cpu)
    this.#memory.add(at, memory)
  }

  close(at: number, state: SpanState, detail: string): void {
    this.#over ??= { at, state, detail: withoutSecrets(detail) }
  }

  asSpan(from: number, now: number): Span {
    const { at, state, detail } = this.#over ?? { at: now, state: 'running' as const, detail: 'still running' }
    const start = Math.max(0, this.start - from)
    // A wall clock may have been set back meanwhile.
    const end = Math.max(start, at - from)
    const later = <Point extends readonly [number, number]>([moment, value]: Point) =>
      [Math.max(0, moment - from), value] as const
    return {
      start,
      end,
      state,
      detail,
      label: this.#label,
      pid: this.pid,
      marks: this.#marks.map((mark) => ({ ...mark, at: Math.min(end, Math.max(start, mark.at - from)) })),
      output: this.#output.density,
      cpu: this.#cpu.curve.map(later),
      memory: this.#memory.curve.map(later),
    }
  }
}

/** Marks of one process: more cannot be told apart. */
const MARKS = 1000

function lanesOf(spans: readonly { readonly lane: string; readonly span: Span }[]): readonly Lane[] {
  const lanes = new Map<string, Span[]>()
  for (const { lane, span } of spans) {
    const members = lanes.get(lane)
    if (members) members.push(span)
    else lanes.set(lane, [span])
  }
  return [...lanes].map(([name, members]) => ({ name, spans: members.toSorted((a, b) => a.start - b.start) }))
}

function lastOf(times: readonly number[]): readonly number[] {
  return times.length > 0 ? [times.reduce((a, b) => Math.max(a, b))] : []
}

function withoutSecrets(text: string): string {
  return rewrite(text, secrets.edits)
}
