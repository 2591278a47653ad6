import { createProcess, type ProcessFactory, type Rehearsal, type SchedulerOptions } from '../../src/index.ts'
import type { ProcessScheduler } from '../../src/schedule/scheduler.ts'

/** A scheduler on a rehearsal. */
export interface Stage {
  readonly process: ProcessFactory
  readonly fake: Rehearsal
  readonly scheduler: ProcessScheduler
  /** What was reported. */
  readonly errors: string[]
  /** Lets it work while so much time passes, and stops it. */
  readonly workFor: (duration: string) => Promise<void>
  /** When each run of a command began, as text without the date where that is the first. */
  readonly times: (command: string) => readonly string[]
}

/** The first moment of the rehearsals here. */
export const START = '2026-01-01T00:00:00Z'

/** Rehearses a scheduler in UTC. Every command succeeds that has no rule. */
export function rehearsed(rules: Parameters<ProcessFactory['fake']>[0] = 'ok', options: SchedulerOptions = {}): Stage {
  const process = createProcess()
  const fake = process.fake(rules, { now: new Date(START), files: {} })
  const errors: string[] = []
  const onError = (error: unknown) => errors.push(error instanceof Error ? error.message : String(error))
  const scheduler = process.scheduler({ timezone: 'UTC', environment: 'testing', onError, ...options })
  const workFor = async (duration: string) => {
    const work = scheduler.work()
    await fake.advance(duration)
    await scheduler.stop()
    await work
  }
  const times = (command: string) =>
    process
      .recorded(command)
      .map(({ startedAt }) => new Date(startedAt).toISOString().replace(/:00\.000Z$|\.000Z$/, ''))
  return { process, fake, scheduler, errors, workFor, times: (command) => times(command).map(short) }
}

function short(time: string): string {
  return time.replace('2026-01-01T', '')
}
