import type { Outcome } from '../outcome.ts'

/** How a process ended, in words. */
export function outcomeInWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exited':
      return `exit code ${outcome.code}`
    case 'signalled':
      return `killed by ${outcome.signal}`
    case 'timedOut':
      return `still running after ${outcome.timeout} ms`
    case 'idleTimedOut':
      return `no output for ${outcome.timeout} ms`
    case 'overflowed':
      return `wrote more than ${outcome.limit} bytes`
    case 'outOfMemory':
      return `held more than ${outcome.limit} bytes of memory`
    case 'cancelled':
      return 'cancelled'
    case 'notStarted':
      return `not started: ${outcome.errno}`
  }
}

/** The first line of what an error says: errors of processes go on with their output. */
export function errorInWords(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] as string
}
