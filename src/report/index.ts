/// <reference types="node" preserve="true" />
/** `rehearsal/report`: what became of processes over time, as one HTML file or as Chrome trace events. */
export type { TimelineOptions } from './draft.ts'
export { fromRuns } from './from-runs.ts'
export { fromSimulation, type SimulatedRunLike } from './from-simulation.ts'
export { report } from './html.ts'
export { type TimelineSource, timelineOf } from './source.ts'
export type * from './timeline.ts'
export { type TraceEvent, type TraceFile, traceEvents } from './trace-events.ts'
export { TimelineWatch, type Watched, type WatchOptions, watchTimeline } from './watch-timeline.ts'
