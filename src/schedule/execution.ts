import type { TaskRun } from '../contracts/schedule-store.ts'
import type { AttemptEnd } from './action.ts'
import { OutputFile } from './output-file.ts'
import { OverlapLock } from './overlap-lock.ts'
import type { Policy } from './policy.ts'
import { concerns, type TaskEnd, type TaskStart } from './reactions.ts'
import type { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'

/** How a due time ended, before it is written down. */
type Outcome = Pick<TaskRun, 'outcome' | 'exitCode' | 'attempts'> & { readonly reason?: string }

/** A due time that is dealt with. */
export interface Occasion {
  readonly task: ScheduledTask
  /** Milliseconds since the epoch. */
  readonly dueAt: number
  /** Whether it is made up for, long after it was due. */
  readonly late: boolean
  /** Whether it runs whatever its constraints say, because somebody asked for just this. */
  readonly forced?: boolean
}

/** Deals with one due time of a task, from its constraints to its last reaction. Never rejects. */
export async function execute(occasion: Occasion, session: Session): Promise<TaskRun> {
  const { task, dueAt } = occasion
  const startedAt = session.clock.now()
  const outcome = await outcomeOf(occasion, session).catch((error: unknown) =>
    error === session.closing.reason ? skipped(messageOf(error)) : failed(messageOf(error)),
  )
  const run = { task: task.id, dueAt, startedAt, endedAt: session.clock.now(), ...outcome }
  session.record(run)
  return run
}

async function outcomeOf(occasion: Occasion, session: Session): Promise<Outcome> {
  const { task } = occasion
  const { policy } = task
  if (!occasion.forced) {
    if (policy.jitter > 0) await session.pause(session.random.next() * policy.jitter)
    const reason = await task.whyNot(session.surroundings(occasion))
    if (reason !== undefined) return skipped(reason)
  }
  if (policy.background) return inItsTurn(occasion, session)
  await session.slots.take()
  try {
    return await inItsTurn(occasion, session)
  } finally {
    session.slots.give()
  }
}

async function inItsTurn(occasion: Occasion, session: Session): Promise<Outcome> {
  session.closing.throwIfAborted()
  const { task, dueAt } = occasion
  if (task.policy.onOneServer && !occasion.forced) {
    const ours = await ask(task, session, session.store.claim(task.id, dueAt))
    if (ours === false) return skipped('another server has taken it')
    if (ours === 'skip') return skipped('the store failed')
  }
  return task.policy.lease === undefined ? perform(occasion, session, session.ending) : underLock(occasion, session)
}

async function underLock(occasion: Occasion, session: Session): Promise<Outcome> {
  const { task } = occasion
  const place = { store: session.store, clock: session.clock, report: (error: unknown) => session.report(error, task) }
  const taking = OverlapLock.take(place, task.id, task.policy.lease as number)
  const lock = await ask(task, session, taking)
  if (lock === undefined) return skipped('it is still running')
  if (lock === 'skip' || lock === 'run') {
    // It may still come, to nobody.
    void taking.then((late) => late?.release()).catch(() => {})
    return lock === 'skip' ? skipped('the store failed') : perform(occasion, session, session.ending)
  }
  try {
    return await perform(occasion, session, AbortSignal.any([session.ending, lock.lost]))
  } finally {
    await session.inTime(lock.release()).catch((error: unknown) => session.report(error, task))
  }
}

/** What the store answers, or what the task is to do because it does not. */
async function ask<T>(task: ScheduledTask, session: Session, answer: Promise<T>): Promise<T | 'run' | 'skip'> {
  try {
    return await session.inTime(answer)
  } catch (error) {
    session.report(error, task)
    return task.policy.ifStoreFails
  }
}

async function perform({ task, dueAt }: Occasion, session: Session, stop: AbortSignal): Promise<Outcome> {
  const around = task.around()
  const start: TaskStart = { task: task.label, dueAt: new Date(dueAt) }
  for (const act of around.before) await act(start)
  for (const ping of around.pingsBefore) session.pings.send(ping, undefined)
  const began = session.clock.monotonic()
  const file = around.outputFile && new OutputFile(session.files, around.outputFile)
  const { last, attempts } = await attemptAll(task, session, stop, file)
  await file?.finished().catch((error: unknown) => session.report(error, task))
  const end = endOf(start, last, session.clock.monotonic() - began)
  for (const { when, act } of around.after) {
    if (!concerns(when, end)) continue
    try {
      await act(end)
    } catch (error) {
      session.report(error, task)
    }
  }
  for (const { when, ping } of around.pingsAfter) if (concerns(when, end)) session.pings.send(ping, end)
  const outcome = { exitCode: last.exitCode, attempts }
  return last.successful ? { outcome: 'succeeded', ...outcome } : { ...failed(reasonOf(last)), ...outcome }
}

async function attemptAll(
  task: ScheduledTask,
  session: Session,
  stop: AbortSignal,
  file: OutputFile | undefined,
): Promise<{ last: AttemptEnd; attempts: number }> {
  const { retry, timeLimit } = task.policy
  const onOutput = file && ((_: string, chunk: string) => file.add(chunk))
  for (let attempts = 1; ; attempts++) {
    const last = await session.limited(timeLimit, stop, (signal) => task.action.attempt(signal, onOutput))
    if (stop.aborted || !wantsAnother(retry, last, attempts)) return { last, attempts }
    await session.pause(retry.delay(attempts)).catch(() => {})
    if (session.closing.aborted) return { last, attempts }
  }
}

function wantsAnother(retry: Policy['retry'], { successful, result }: AttemptEnd, attempts: number): boolean {
  if (successful || attempts >= retry.times) return false
  return result === undefined || retry.when(result, attempts)
}

function endOf(start: TaskStart, { successful, exitCode, result, error }: AttemptEnd, durationMs: number): TaskEnd {
  return {
    ...start,
    successful,
    exitCode,
    durationMs,
    result,
    error,
    // Decoded only for those who look.
    get output() {
      return result ? result.output() + result.errorOutput() : ''
    },
  }
}

function skipped(reason: string): Outcome {
  return { outcome: 'skipped', reason, exitCode: null, attempts: 0 }
}

function failed(reason: string): Outcome {
  return { outcome: 'failed', reason, exitCode: null, attempts: 0 }
}

function reasonOf({ exitCode, result, error }: AttemptEnd): string {
  if (error !== undefined) return messageOf(error)
  return result?.signal() ? `killed by ${result.signal()}` : `exit code ${exitCode}`
}

// Enough to see what it is about: errors of processes go on with their output.
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] as string
}
