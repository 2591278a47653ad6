import type { TaskRun } from '../contracts/schedule-store.ts'
import { HeldLock, type LockPlace } from './held-lock.ts'
import { failed, messageOf, type Occasion, type Outcome, skipped } from './occasion.ts'
import { perform } from './performing.ts'
import type { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'
import { Turn } from './turn.ts'

/** How soon, and how often at least, is looked whether another scheduler has begun what it was about to. */
const FIRST_LOOK = 50
const LOOK_EVERY = 1000

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
  const { policy } = occasion.task
  if (!occasion.forced) {
    if (policy.jitter > 0) await session.pause(session.random.next() * policy.jitter)
    const reason = await occasion.task.whyNot(session.surroundings(occasion))
    if (reason !== undefined) return skipped(reason)
  }
  for (let look = FIRST_LOOK; ; look = Math.min(2 * look, LOOK_EVERY)) {
    const outcome = await inASlot(occasion, session)
    if (outcome !== 'taken') return outcome
    await session.pause(look)
  }
}

async function inASlot(occasion: Occasion, session: Session): Promise<Outcome | 'taken'> {
  if (occasion.task.policy.background) return inItsTurn(occasion, session)
  await session.slots.take()
  try {
    return await inItsTurn(occasion, session)
  } finally {
    session.slots.give()
  }
}

async function inItsTurn(occasion: Occasion, session: Session): Promise<Outcome | 'taken'> {
  session.closing.throwIfAborted()
  const { task, dueAt, forced } = occasion
  const lease = task.policy.onOneServer
  if (lease === undefined || forced) return alone(occasion, session)
  const taking = Turn.take(placeOf(task, session), { task: task.id, dueAt, lease })
  const turn = await session.ask(task, taking)
  if (turn === 'begun') return skipped('another server has taken it')
  if (turn === 'taken') return turn
  if (turn === 'skip' || turn === 'run') {
    // It may still come, to nobody.
    void taking.then((late) => (late instanceof Turn ? late.over() : undefined)).catch(() => {})
    return turn === 'skip' ? skipped('the store failed') : alone(occasion, session)
  }
  try {
    return await alone(occasion, session, turn)
  } finally {
    await session.inTime(turn.over()).catch((error: unknown) => session.report(error, task))
  }
}

async function alone(occasion: Occasion, session: Session, turn?: Turn): Promise<Outcome> {
  const { task } = occasion
  if (task.policy.lease === undefined) return perform(occasion, session, { stop: session.ending, turn })
  const taking = HeldLock.take(placeOf(task, session), task.id, task.policy.lease)
  const lock = await session.ask(task, taking)
  if (lock === undefined) return skipped('it is still running')
  if (lock === 'skip' || lock === 'run') {
    void taking.then((late) => late?.release()).catch(() => {})
    return lock === 'skip' ? skipped('the store failed') : perform(occasion, session, { stop: session.ending, turn })
  }
  try {
    return await perform(occasion, session, { stop: AbortSignal.any([session.ending, lock.lost]), turn })
  } finally {
    await session.inTime(lock.release()).catch((error: unknown) => session.report(error, task))
  }
}

function placeOf(task: ScheduledTask, { store, clock, report }: Session): LockPlace {
  return { store, clock, report: (error) => report(error, task) }
}
