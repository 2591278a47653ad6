import type { Outcome } from '../outcome.ts'
import type { Trouble } from './supervision-events.ts'

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

/** What is wrong with a process, in words. */
export function troubleInWords(trouble: Trouble): string {
  switch (trouble.type) {
    case 'crash':
      return outcomeInWords(trouble.outcome)
    case 'hang':
      return trouble.detail
    case 'highMemory':
      return `holds ${trouble.memory} bytes, more than ${trouble.limit}`
    case 'highCpu':
      return `uses ${trouble.cpu.toFixed(2)} of a core, more than ${trouble.limit}`
  }
}
