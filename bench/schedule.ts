import { expectSame, interleave, type Sample, size, timed } from './harness.ts'
import { createProcess } from './ours.ts'
import { figures, goals, printSection } from './report.ts'

const TASKS = size(100_000, 500)
const DAYS = size(365, 2)
const START = new Date('2026-01-01T00:00:00Z')

const many = 'many tasks, each once a day'
const one = 'one task, each minute'
const variants = { [many]: manyTasks, [one]: oneTask }
const rounds = await interleave(variants, 5)

printSection('Schedules', [
  `${TASKS.toLocaleString('en')} functions, each once on a day at a minute of its own; and a faked command each minute of ${DAYS} days, with its records.`,
  figures('Rehearsed', variants, rounds, { base: many, measures: { us: 'us per run', define: 'us to define a task' } }),
  goals(9, rounds, [
    { what: 'many tasks', figure: (of) => of(many, 'us'), unit: 'us a run', atMost: [20] },
    { what: 'a year of minutes', figure: (of) => of(one, 'us'), unit: 'us a run', atMost: [25] },
  ]),
])

async function manyTasks(): Promise<Sample> {
  const process = createProcess()
  using fake = process.fake('ok', { now: START })
  const scheduler = process.scheduler({ timezone: 'Europe/Berlin', concurrency: Number.POSITIVE_INFINITY })
  let runs = 0
  const { ms: defining } = await timed(() => {
    for (let task = 0; task < TASKS; task++) {
      const minute = (task * 7_919) % 1440
      scheduler
        .call(() => runs++)
        .name(`task ${task}`)
        .dailyAt(`${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`)
    }
  })
  const { ms } = await timed(async () => {
    const work = scheduler.work()
    await fake.advance('1d')
    await scheduler.stop()
    await work
  })
  expectSame(many, runs, TASKS)
  return { us: (ms * 1000) / TASKS, define: (defining * 1000) / TASKS }
}

async function oneTask(): Promise<Sample> {
  const process = createProcess()
  using fake = process.fake('ok', { now: START })
  const scheduler = process.scheduler({ timezone: 'Europe/Berlin' })
  const { ms: defining } = await timed(() => scheduler.command('tick').everyMinute())
  const { ms } = await timed(async () => {
    const work = scheduler.work()
    await fake.advance(`${DAYS}d`)
    await scheduler.stop()
    await work
  })
  const runs = DAYS * 1440
  expectSame(one, process.recorded().length, runs)
  return { us: (ms * 1000) / runs, define: defining * 1000 }
}
