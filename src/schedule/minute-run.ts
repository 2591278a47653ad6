import type { TaskRun } from '../contracts/schedule-store.ts'
import type { Occasion } from './occasion.ts'
import { occurrences } from './occurrences.ts'
import type { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'

const MINUTE = 60_000

/** When each task is due next, or was while nobody looked. */
type Dues = Map<ScheduledTask, number>

/** Runs what is due in this minute: at once what is due by now, and what comes at its later seconds when these have come. */
export async function runMinute(tasks: readonly ScheduledTask[], session: Session): Promise<readonly TaskRun[]> {
  const { clock } = session
  const start = Math.floor(clock.now() / MINUTE) * MINUTE
  const dues: Dues = new Map()
  for (const task of tasks) if (task.timetable.follows !== 'elapsed') enter(dues, task, task.timetable.next(start - 1))
  const runs: Promise<TaskRun>[] = []
  do {
    for (const occasion of await claimed(dueIn(dues, clock.now()), session)) runs.push(session.begin(occasion))
  } while (await reaches(Math.min(...dues.values()), start + MINUTE, session))
  return Promise.all(runs)
}

// Of several due times that have passed the last one stands for all.
function dueIn(dues: Dues, now: number): readonly Occasion[] {
  const due = [...dues].filter(([, moment]) => moment <= now)
  return due.flatMap(([task, moment]) => {
    const { run, next } = occurrences(task.timetable, moment, now, task.policy)
    enter(dues, task, next)
    return run.slice(-1).map((dueAt) => ({ task, dueAt, late: false }))
  })
}

function enter(dues: Dues, task: ScheduledTask, due = Number.POSITIVE_INFINITY): void {
  dues.set(task, due)
}

async function claimed(due: readonly Occasion[], session: Session): Promise<readonly Occasion[]> {
  const claim = ({ task, dueAt }: Occasion) => session.ask(task, session.store.claim(`run ${task.id}`, dueAt))
  const claims = await Promise.all(due.map(claim))
  return due.filter((_, index) => claims[index] === true || claims[index] === 'run')
}

// A minute that is over is somebody else's to look back at, as is one in which the scheduler was stopped.
async function reaches(moment: number, end: number, session: Session): Promise<boolean> {
  const { clock } = session
  if (moment >= end || session.closing.aborted) return false
  return session.pause(Math.max(0, moment - clock.now())).then(
    () => clock.now() < end,
    () => false,
  )
}
