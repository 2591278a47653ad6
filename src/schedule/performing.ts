import type { AttemptEnd } from './action.ts'
import { failed, messageOf, type Occasion, type Outcome, skipped } from './occasion.ts'
import { OutputFile } from './output-file.ts'
import type { Policy } from './policy.ts'
import type { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'
import { concerns, type TaskEnd, type TaskStart } from './task-end.ts'
import type { Turn } from './turn.ts'

/** What a run has to heed. */
export interface Terms {
  /** Aborts when it is to end. */
  readonly stop: AbortSignal
  /** The right to begin, where only one of many may. */
  readonly turn: Turn | undefined
}

/** Runs a task, from what is to happen before it to its last reaction. */
export async function perform({ task, dueAt, late }: Occasion, session: Session, terms: Terms): Promise<Outcome> {
  const around = task.around()
  const start: TaskStart = { task: task.label, dueAt: new Date(dueAt) }
  for (const act of around.before) await act(start)
  const begins = terms.turn ? await session.ask(task, terms.turn.begin()) : true
  if (begins === false) return skipped('another server has taken it')
  if (begins === 'skip') return skipped('the store failed')
  session.events.tell({ type: 'scheduled', at: session.clock.now(), task: task.label, dueAt, late })
  for (const ping of around.pingsBefore) session.pings.send(ping, undefined)
  const began = session.clock.monotonic()
  const file = around.outputFile && new OutputFile(session.files, around.outputFile)
  const { last, attempts } = await attemptAll({ task, dueAt }, session, terms.stop, file)
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
  for (const mail of around.mails) session.mails.send(mail, end)
  const outcome = { exitCode: last.exitCode, attempts }
  return last.successful ? { outcome: 'succeeded', ...outcome } : { ...failed(reasonOf(last)), ...outcome }
}

async function attemptAll(
  { task, dueAt }: { readonly task: ScheduledTask; readonly dueAt: number },
  session: Session,
  stop: AbortSignal,
  file: OutputFile | undefined,
): Promise<{ last: AttemptEnd; attempts: number }> {
  const { retry, timeLimit } = task.policy
  const occurrence = { task: task.id, dueAt }
  const onOutput = file && ((_: string, chunk: string) => file.add(chunk))
  for (let attempts = 1; ; attempts++) {
    const last = await session.limited(timeLimit, stop, (signal) => task.action.attempt(signal, onOutput, occurrence))
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

function reasonOf({ exitCode, result, error }: AttemptEnd): string {
  if (error !== undefined) return messageOf(error)
  return result?.signal() ? `killed by ${result.signal()}` : `exit code ${exitCode}`
}
