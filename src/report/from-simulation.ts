import type { Fault } from '../simulation/fault.ts'
import { momentOf } from '../simulation/report.ts'
import type { SimulationEvent, Written } from '../simulation/simulation-events.ts'
import type { Violation } from '../simulation/watches.ts'
import { Draft, type DraftSpan, type TimelineOptions } from './draft.ts'
import { Supervised } from './supervised.ts'
import type { Timeline } from './timeline.ts'

/** What a run of a simulation was, as those who throw and give back have it. */
export interface SimulatedRunLike {
  readonly timeline: readonly (SimulationEvent | Written)[]
  readonly violation?: Violation | undefined
}

type Any = SimulationEvent | Written
type Hearers = { readonly [Type in Any['type']]: (event: Extract<Any, { type: Type }>) => void }

/** A failure that has been made simple often takes no time at all: in less than this, in milliseconds, the order tells more. */
const MOMENT = 1

/**
 * A timeline of a run of a simulation: its processes, what went wrong, and what did not hold. One in which all happens at one
 * moment is drawn in the order in which it happened.
 */
export function fromSimulation(run: SimulatedRunLike, options: TimelineOptions = {}): Timeline {
  const { violation, timeline } = run
  const last = timeline.reduce((at, event) => Math.max(at, event.at), violation?.at ?? 0)
  const unit = last < MOMENT ? 'step' : 'ms'
  const draft = new Draft({ title: 'Simulation', ...options })
  const hearers = hearersFor(draft, unit)
  for (const [index, event] of timeline.entries())
    hearers[event.type]((unit === 'step' ? { ...event, at: index } : event) as never)
  const end = unit === 'step' ? timeline.length : last
  if (violation) {
    const at = unit === 'step' ? momentOf(violation, timeline) : violation.at
    draft.mark(at, 'violation', `${violation.invariant}: ${violation.detail}`)
  }
  return draft.timeline(end, { origin: 0, unit })
}

function hearersFor(draft: Draft, unit: Timeline['unit']): Hearers {
  const spans = new Map<number, DraftSpan>()
  const asked = new Set<number>()
  const supervised = new Supervised(draft)
  const early = new Map<string, Fault[]>()
  const begin = (at: number, command: string, pid?: number): DraftSpan => {
    const span = draft.begin(command, { at, label: command, pid })
    for (const fault of early.get(command) ?? [])
      span.mark(unit === 'ms' ? at + (fault.after ?? 0) : at, 'fault', wordsOf(fault))
    early.delete(command)
    return span
  }
  return {
    phase: ({ at, phase }) => draft.mark(at, 'phase', phase),
    // What strikes a process is told before it starts: it belongs to the next one of that command.
    fault: ({ at, fault }) => {
      if (fault.command === undefined) draft.mark(at, 'fault', wordsOf(fault))
      else if (fault.start === undefined) draft.mark(at, 'fault', `${fault.command}: ${wordsOf(fault)}`)
      else early.set(fault.command, [...(early.get(fault.command) ?? []), fault])
    },
    started: ({ at, serial, pid, command }) => spans.set(serial, begin(at, command, pid)),
    notStarted: ({ at, command, errno }) => begin(at, command).close(at, 'notStarted', `not started: ${errno}`),
    exited: ({ at, serial, code, signal }) => {
      const state = code === 0 ? 'succeeded' : asked.has(serial) ? 'stopped' : signal === null ? 'failed' : 'killed'
      spans.get(serial)?.close(at, state, signal ?? `exit code ${code}`)
    },
    reaped: () => {},
    signalled: ({ at, signal, target, serial }) => {
      if (serial !== undefined) asked.add(serial)
      const span = serial === undefined ? undefined : spans.get(serial)
      if (span) span.mark(at, 'signal', signal)
      else draft.mark(at, 'trouble', `${signal} to ${target}, where nobody is`)
    },
    supervised: ({ at, event }) => supervised.hear(at, event),
    wrote: ({ at, serial, stream, text }) => spans.get(serial)?.wrote(at, stream, Buffer.byteLength(text)),
  }
}

function wordsOf({ fault, command: _command, start: _start, ...rest }: Fault): string {
  const more = Object.entries(rest).map(([key, value]) => `${key} ${value}`)
  return [fault, ...more].join(', ')
}
