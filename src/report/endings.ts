import type { Outcome } from '../outcome.ts'
import type { SpanState } from './timeline.ts'

/** How a process ended, as a timeline shows it. */
export interface Ending {
  readonly state: SpanState
  readonly detail: string
}

/** @param stopped whether its caller has stopped it. */
export function endingOf(outcome: Outcome, stopped: boolean): Ending {
  const ending = ENDINGS[outcome.kind](outcome as never)
  const asked = outcome.kind === 'exited' || outcome.kind === 'signalled'
  return stopped && asked ? { state: 'stopped', detail: ending.detail } : ending
}

/** It ended by an error that is no outcome of a process. */
export function failureOf(error: unknown): Ending {
  const { message } = error instanceof Error ? error : { message: String(error) }
  return { state: 'failed', detail: message.split('\n')[0] ?? '' }
}

type Endings = { readonly [Kind in Outcome['kind']]: (outcome: Extract<Outcome, { kind: Kind }>) => Ending }

const ENDINGS: Endings = {
  exited: ({ code }) => ({ state: code === 0 ? 'succeeded' : 'failed', detail: `exit code ${code}` }),
  signalled: ({ signal }) => ({ state: 'killed', detail: signal }),
  timedOut: ({ timeout }) => ({ state: 'timedOut', detail: `took longer than ${timeout} ms` }),
  idleTimedOut: ({ timeout }) => ({ state: 'timedOut', detail: `was silent for ${timeout} ms` }),
  cancelled: () => ({ state: 'stopped', detail: 'cancelled' }),
  overflowed: ({ limit }) => ({ state: 'failed', detail: `wrote more than ${limit} bytes` }),
  outOfMemory: ({ limit }) => ({ state: 'failed', detail: `held more than ${limit} bytes of memory` }),
  notStarted: ({ errno }) => ({ state: 'notStarted', detail: `not started: ${errno}` }),
}
