import { commandText } from '../command.ts'
import { bytesOf } from '../contracts/scenario.ts'
import { endOf, type RecordedRun, type RunEvent } from '../recording/run.ts'
import { Draft, type DraftSpan, type TimelineOptions } from './draft.ts'
import type { Timeline } from './timeline.ts'

/**
 * A timeline of what a recording holds. It does not say when its runs began, so all are drawn from the same moment on.
 *
 * @param expand puts paths of this machine in the place of the symbols of the recording.
 */
export function fromRecording(
  runs: readonly RecordedRun[],
  { expand = (text) => text, ...options }: TimelineOptions & { readonly expand?: (text: string) => string } = {},
): Timeline {
  const draft = new Draft(options)
  let last = 0
  for (const run of runs) {
    const label = expand(commandText(run.run))
    const span = draft.begin(label, { at: 0, label })
    last = Math.max(last, fill(span, run))
  }
  return draft.timeline(last, { origin: 0 })
}

/** Gives the moment of the last thing that happened. */
function fill(span: DraftSpan, run: RecordedRun): number {
  let at = 0
  for (const event of run.events) {
    at += event[0]
    show(span, at, event)
  }
  const end = endOf(run)
  if (!end) span.close(at, 'running', 'the recording has no end of it')
  return at
}

function show(span: DraftSpan, at: number, [, code, data]: RunEvent): void {
  if (code === 'out' || code === 'err') span.wrote(at, code, bytesOf(data).length)
  else if (code === 'signal') span.mark(at, 'signal', data)
  else if (code === 'fail')
    span.close(at, 'notStarted', `not started: ${typeof data === 'string' ? data : data.detail}`)
  else if (code === 'exit' && typeof data === 'number')
    span.close(at, data === 0 ? 'succeeded' : 'failed', `exit code ${data}`)
  else if (code === 'exit') span.close(at, 'killed', String(data))
}
