import { rowsOf } from './layout.ts'
import { type TimelineSource, timelineOf } from './source.ts'
import type { Lane, Mark, Span } from './timeline.ts'

/** One entry of the Trace Event Format. `ts` and `dur` are microseconds. */
export interface TraceEvent {
  readonly name: string
  /** `X` a process, `i` a mark, `C` values, `M` a name. */
  readonly ph: 'X' | 'i' | 'C' | 'M'
  readonly ts: number
  readonly dur?: number
  /** A lane, from 1; 0 is what concerns all. */
  readonly pid: number
  /** A row of that lane. */
  readonly tid: number
  readonly cat?: string
  readonly s?: 'g' | 't'
  readonly args?: Readonly<Record<string, string | number>>
}

/** What chrome://tracing and Perfetto open. */
export interface TraceFile {
  readonly displayTimeUnit: 'ms'
  readonly traceEvents: readonly TraceEvent[]
}

/**
 * A timeline as Chrome trace events: each lane is a process there, each row a thread.
 *
 * @throws TypeError for what is no source of a timeline.
 * @example await writeFile('trace.json', JSON.stringify(traceEvents(watching)))
 */
export function traceEvents(source: TimelineSource): TraceFile {
  const { title, lanes, marks } = timelineOf(source)
  return {
    displayTimeUnit: 'ms',
    traceEvents: [
      nameOf(0, title),
      ...marks.map((mark) => instant(mark, 0, 0)),
      ...lanes.flatMap((lane, index) => eventsOf(lane, index + 1)),
    ],
  }
}

function eventsOf(lane: Lane, pid: number): readonly TraceEvent[] {
  const rows = rowsOf(lane).flatMap((row, tid) => row.flatMap((span) => spanEvents(span, pid, tid)))
  return [nameOf(pid, lane.name), ...rows]
}

function spanEvents(span: Span, pid: number, tid: number): readonly TraceEvent[] {
  const { start, end, state, detail, label, output } = span
  const written = output.buckets.reduce((sum, [, out, err]) => sum + out + err, 0)
  const args = { state, detail, written, ...(span.pid !== undefined && { pid: span.pid }) }
  return [
    { name: label, ph: 'X', ts: micros(start), dur: micros(end - start), pid, tid, cat: state, args },
    ...span.marks.map((mark) => instant(mark, pid, tid)),
    ...span.cpu.map(([at, value]) => counter('cpu, % of a core', at, value * 100, pid, tid)),
    ...span.memory.map(([at, value]) => counter('memory, bytes', at, value, pid, tid)),
    ...output.buckets.map(([index, out, err]) =>
      counter('written, bytes', start + index * output.step, out + err, pid, tid),
    ),
  ]
}

function nameOf(pid: number, name: string): TraceEvent {
  return { name: 'process_name', ph: 'M', ts: 0, pid, tid: 0, args: { name } }
}

function instant({ at, kind, text }: Mark, pid: number, tid: number): TraceEvent {
  return { name: text, ph: 'i', ts: micros(at), pid, tid, cat: kind, s: pid === 0 ? 'g' : 't' }
}

// Counters belong to a process there: those of different rows are told apart by name.
function counter(name: string, at: number, value: number, pid: number, tid: number): TraceEvent {
  return { name: tid === 0 ? name : `${name} (${tid + 1})`, ph: 'C', ts: micros(at), pid, tid, args: { value } }
}

function micros(ms: number): number {
  return Math.round(ms * 1000)
}
