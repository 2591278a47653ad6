import type { Run } from '../journal.ts'
import type { TimelineOptions } from './draft.ts'
import { fromRuns } from './from-runs.ts'
import { fromSimulation, type SimulatedRunLike } from './from-simulation.ts'
import type { Timeline } from './timeline.ts'

/**
 * What a timeline can be made of: one that is there, what `watchTimeline` gives back, runs as `Process.recorded()` has them,
 * a simulation that failed (the error) or has kept its last run.
 */
export type TimelineSource =
  | Timeline
  | {
      /** The timeline up to now. */
      timeline(): Timeline
    }
  | Run
  | readonly Run[]
  | SimulatedRunLike
  | { readonly timeline: undefined; readonly simulatedMs: number }

/**
 * The timeline of any of these.
 *
 * @throws TypeError for anything else, and for a simulation that has not kept its timeline.
 */
export function timelineOf(source: TimelineSource, options: TimelineOptions = {}): Timeline {
  if (Array.isArray(source)) return fromRuns(source as readonly Run[], options)
  if (typeof source !== 'object' || source === null) throw unknown(source)
  if ('lanes' in source) return options.title === undefined ? source : { ...source, title: options.title }
  if ('startedAt' in source) return fromRuns([source as Run], options)
  const { timeline } = source as { timeline?: unknown }
  if (typeof timeline === 'function') return timelineOf((source as { timeline(): Timeline }).timeline(), options)
  if (Array.isArray(timeline)) return fromSimulation(source as SimulatedRunLike, options)
  throw unknown(source)
}

function unknown(source: unknown): TypeError {
  const kept = typeof source === 'object' && source !== null && 'simulatedMs' in source
  return new TypeError(
    kept
      ? 'Cannot make a timeline: the simulation has not kept one, ask for it with { timeline: true }'
      : 'Cannot make a timeline: expected a timeline, what watchTimeline gives back, recorded runs or a simulation',
  )
}
