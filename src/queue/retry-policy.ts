import type { Job } from './job.ts'

/** Why a job is not begun once more; `undefined` where it is. `attempt` counts from 1. */
export function whyNot({ tries, retryUntil }: Job, attempt: number, now: number): string | undefined {
  if (retryUntil !== undefined) return now > retryUntil ? 'the time for attempts was over' : undefined
  return tries > 0 && attempt > tries ? `the worker was lost in attempt ${attempt - 1} of ${tries}` : undefined
}

/** Milliseconds until the next attempt after one that failed; `undefined` where there is none. */
export function nextAttempt(job: Job, attempt: number, now: number): number | undefined {
  const delay = job.backoff[Math.min(attempt, job.backoff.length) - 1] ?? 0
  if (job.retryUntil !== undefined) return now + delay <= job.retryUntil ? delay : undefined
  return job.tries === 0 || attempt < job.tries ? delay : undefined
}
