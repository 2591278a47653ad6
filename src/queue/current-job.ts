import { AsyncLocalStorage } from 'node:async_hooks'

/** What a job proves with that it is the one that runs. */
export interface RunningJob {
  readonly id: string
  readonly token: string
}

/** The variables that a queued command finds about itself. */
export const VARIABLES = {
  id: 'REHEARSAL_JOB_ID',
  token: 'REHEARSAL_JOB_TOKEN',
  attempt: 'REHEARSAL_JOB_ATTEMPT',
  /** The address of its queue, which is also the one that is used where none is named. */
  queue: 'REHEARSAL_QUEUE',
} as const

const running = new AsyncLocalStorage<RunningJob>()

/** Runs what belongs to a job. */
export function asJob<T>(job: RunningJob, act: () => T): T {
  return running.run(job, act)
}

/** The job that the caller is part of: one that a worker of this process runs, or the one that this process is. */
export function currentJob(env: Readonly<Record<string, string | undefined>> = process.env): RunningJob | undefined {
  const here = running.getStore()
  if (here) return here
  const [id, token] = [env[VARIABLES.id], env[VARIABLES.token]]
  return id !== undefined && token !== undefined ? { id, token } : undefined
}
