import type { Run } from '../journal.ts'
import { Draft, type DraftSpan, type TimelineOptions } from './draft.ts'
import { endingOf, failureOf } from './endings.ts'
import type { Timeline } from './timeline.ts'

/**
 * A timeline of what a rehearsal or a spy has kept. When they wrote and were sent signals is not kept there: what they wrote
 * is drawn at the end of each.
 *
 * @example fromRuns(Process.recorded())
 */
export function fromRuns(runs: readonly Run[], options: TimelineOptions = {}): Timeline {
  const draft = new Draft(options)
  for (const run of runs) {
    const { view, startedAt, endedAt, text } = run
    const span = draft.begin(view.name ?? text, { at: startedAt, label: text })
    if (endedAt !== undefined) close(span, run, endedAt)
    else if (run.error !== undefined) span.close(startedAt, 'notStarted', failureOf(run.error).detail)
  }
  const now = runs.reduce((last, { startedAt, endedAt = startedAt }) => Math.max(last, endedAt), 0)
  return draft.timeline(now, { isDate: true })
}

function close(span: DraftSpan, run: Run, at: number): void {
  const sizes = { out: Buffer.byteLength(run.output), err: Buffer.byteLength(run.errorOutput) }
  for (const stream of ['out', 'err'] as const) if (sizes[stream] > 0) span.wrote(at, stream, sizes[stream])
  for (const signal of run.signals) span.mark(at, 'signal', signal)
  if (!run.outcome) return
  const { state, detail } = endingOf(run.outcome, run.stopped)
  span.close(at, state, detail)
}
