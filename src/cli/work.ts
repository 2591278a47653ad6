import type { ProcessScheduler } from '../schedule/scheduler.ts'
import { UsageError } from './usage.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Lets a scheduler work until a signal comes, and tells of each run; a second signal ends what still runs. */
export async function work(
  scheduler: ProcessScheduler,
  write: (text: string) => void,
  show: (moment: Date) => string,
): Promise<boolean> {
  if (scheduler.tasks.length === 0) throw new UsageError('Cannot work: nothing is scheduled')
  for (const task of scheduler.tasks) {
    task.before(({ dueAt }) => write(`${show(dueAt)}  begins     ${task.label}\n`))
    task.after(({ dueAt, successful, durationMs, exitCode }) => {
      const how = successful ? 'succeeded' : 'failed   '
      const code = successful ? '' : ` (exit code ${exitCode ?? '-'})`
      write(`${show(dueAt)}  ${how}  ${task.label} after ${(durationMs / 1000).toFixed(1)} s${code}\n`)
    })
  }
  let stopping = false
  const stop = () => {
    void scheduler.stop(stopping ? { grace: 0 } : {})
    if (!stopping) write('Stops when all that runs is over; once more to end it now.\n')
    stopping = true
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const working = scheduler.work()
  write(`Works on ${scheduler.tasks.length} tasks.\n`)
  await working
  for (const signal of SIGNALS) process.off(signal, stop)
  return true
}
