import assert from 'node:assert/strict'
import { MemoryStore } from '../../schedule/memory-store.ts'
import type { ProcessScheduler } from '../../schedule/scheduler.ts'
import type { SchedulerOptions } from '../../schedule/scheduler-options.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { READY } from './readiness.ts'

/** Commands that are begun by a scheduler. */
export const schedules: Topic = {
  name: 'schedules',
  cases(fact) {
    fact('a command is begun again and again after its interval, and no more after a stop', async (stage) => {
      const scheduler = schedulerOn(stage)
      scheduler.command(stage.actor({ exit: 0 })).every(200)
      await working(stage, scheduler, () => ended(stage, scheduler, 3))
      const all = await scheduler.history(undefined, { limit: 1000 })
      // A busy machine may miss one: it says so.
      const runs = all.filter(({ outcome }) => outcome !== 'missed').toSorted((a, b) => a.dueAt - b.dueAt)
      for (const [index, { outcome, dueAt, startedAt }] of runs.entries()) {
        assert.equal(outcome, 'succeeded')
        // Wall time may be told in whole milliseconds.
        assert(Number.isInteger(dueAt) && dueAt - (runs[index - 1]?.dueAt ?? 0) >= 198 && startedAt >= dueAt - 1)
      }
      await stage.sleep(300)
      assert.equal((await scheduler.history(undefined, { limit: 1000 })).length, all.length)
    })

    fact('an expression is due when the clock on the wall says so', async (stage) => {
      const scheduler = schedulerOn(stage, { timezone: 'UTC' })
      scheduler.command(stage.actor({ exit: 3 })).everySecond()
      await working(stage, scheduler, () => ended(stage, scheduler, 1))
      const [run] = await scheduler.history()
      assert.deepEqual([run?.outcome, run?.reason, (run?.dueAt ?? 1) % 1000], ['failed', 'exit code 3', 0])
      assert((run?.startedAt ?? 0) >= (run?.dueAt ?? 1))
    })

    fact('a stop waits for what runs', async (stage) => {
      const scheduler = schedulerOn(stage)
      scheduler.command(stage.actor({ wait: 200 }, { write: 'out', data: 'end' })).every(300)
      await working(stage, scheduler, () => stage.until(() => stage.process.active().length > 0))
      assert.deepEqual(
        (await scheduler.history()).map(({ outcome }) => outcome),
        ['succeeded'],
      )
      assert.deepEqual(stage.process.active(), [])
    })

    fact('a stop with a grace ends what still runs after it', async (stage) => {
      const scheduler = schedulerOn(stage)
      scheduler.command(stage.actor({ hang: true })).every(300)
      const started = () => stage.until(() => stage.process.active().length > 0)
      await working(stage, scheduler, started, 50)
      // A busy machine may have begun a second one by then.
      assert.deepEqual([...new Set((await scheduler.history()).map(({ outcome }) => outcome))], ['failed'])
      assert.deepEqual(stage.process.active(), [])
    })

    fact('a command that runs into its limit has failed', async (stage) => {
      const scheduler = schedulerOn(stage)
      scheduler
        .command(stage.actor({ hang: true }))
        .timeout(100)
        .every(300)
      await working(stage, scheduler, () => ended(stage, scheduler, 1))
      assert.match((await scheduler.history())[0]?.reason ?? '', /still running after 100 ms/)
    })

    fact('a command reads end-of-file', async (stage) => {
      const scheduler = schedulerOn(stage)
      scheduler.command(stage.actor({ read: 'all' }, { exit: 4 })).every(300)
      await working(stage, scheduler, () => ended(stage, scheduler, 1))
      assert.equal((await scheduler.history()).at(-1)?.exitCode, 4)
    })

    fact('what a command writes can be read in a file while it runs', (stage) =>
      withFolder(stage, async (folder) => {
        const scheduler = schedulerOn(stage)
        const path = `${folder}/log`
        scheduler
          .command(stage.actor(READY, { hang: true }))
          .every(300)
          .sendOutputTo(path)
        const written = async () => (await stage.driver.files.stat(path))?.size === 6
        await working(stage, scheduler, () => stage.until(written, 'the output'), 0)
        assert.equal(await stage.driver.files.readText(path), 'ready\n')
      }),
    )
  },
}

/** A scheduler that shares its history with no other case. */
function schedulerOn({ process }: Stage, options: SchedulerOptions = {}): ProcessScheduler {
  return process.scheduler({ store: (clock) => new MemoryStore(clock), ...options })
}

/** Lets a scheduler work until something has happened, and stops it. */
async function working(
  stage: Stage,
  scheduler: ProcessScheduler,
  until: () => Promise<void>,
  grace?: number,
): Promise<void> {
  const work = scheduler.work()
  try {
    await until()
  } finally {
    await scheduler.stop(grace === undefined ? {} : { grace })
    await stage.drive(work)
  }
}

function ended(stage: Stage, scheduler: ProcessScheduler, count: number): Promise<void> {
  return stage.until(async () => (await scheduler.history()).length >= count, 'an end')
}
