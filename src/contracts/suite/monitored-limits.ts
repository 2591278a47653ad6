import assert from 'node:assert/strict'
import { commandText } from '../../command.ts'
import type { HighUsage } from '../../monitoring/high-usage.ts'
import type { ProcessExit } from '../../monitoring/process-exit.ts'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'
import { READY, readyProcess } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const MEGABYTE = 1024 * 1024
/** Fast enough for a test, and long enough for the steps of 10 ms in which a machine counts. */
const FAST = { every: 60 }

/** Hearing of processes that use much. */
export const monitoredLimits: Topic = {
  name: 'monitored limits',
  cases(fact) {
    fact('memory over a limit for good is heard once, in words', async (stage) => {
      const running = await readyProcess(stage, [
        READY,
        { read: 'line' },
        { use: { memory: 256 * MEGABYTE } },
        { hang: true },
      ])
      const monitor = stage.process.monitor(running, FAST)
      const [high, never]: [HighUsage[], HighUsage[]] = [[], []]
      monitor.onHighMemory('200MB', (usage) => high.push(usage))
      monitor.onHighMemory('4GB', (usage) => never.push(usage))
      await stage.sleep(300)
      assert.equal(high.length, 0)
      await running.write('grow\n')
      await stage.until(() => high.length > 0, 'hearing of it')
      await stage.sleep(300)
      assert.deepEqual([high.length, never.length], [1, 0])
      const [usage] = high
      assert.deepEqual(
        [usage?.of, usage?.pid, usage?.process, usage?.limit],
        ['memory', running.id(), running, 200 * MEGABYTE],
      )
      assert((usage?.value ?? 0) > 200 * MEGABYTE)
      assert.match(`${usage}`, /^\d+(\.\d)? MB \(limit 200 MB\)$/)
    })

    fact('a process that takes much of the processor is heard of, and not one that does not', async (stage) => {
      const [busy, idle] = await Promise.all([
        readyProcess(stage, [{ use: { cpu: 1 } }, ...IDLE]),
        readyProcess(stage, IDLE),
      ])
      const high: HighUsage[] = []
      const monitor = stage.process.monitor(undefined, FAST)
      for (const each of [busy, idle])
        monitor.onHighCpu('15%', (usage) => high.push(usage), { process: each, window: 100 })
      await stage.until(() => high.length > 0, 'hearing of it')
      await stage.sleep(300)
      assert.deepEqual(
        high.map(({ pid, of }) => [pid, of]),
        [[busy.id(), 'cpu']],
      )
      assert.match(`${high[0]}`, /^\d+(\.\d)? % \(limit 15 %\)$/)
    })

    fact('a limit for a whole tree counts the children in', async (stage) => {
      const child: Scenario = [{ use: { memory: 160 * MEGABYTE } }, { hang: true }]
      const family = await readyProcess(stage, [{ fork: child }, { fork: child }, ...IDLE])
      const high: string[] = []
      const monitor = stage.process.monitor(family, FAST)
      monitor.onHighMemory('300MB', () => high.push('tree'), { tree: true })
      monitor.onHighMemory('300MB', () => high.push('process'))
      await stage.until(() => high.length > 0, 'hearing of it')
      await stage.sleep(200)
      assert.deepEqual(high, ['tree'])
    })

    fact('what a command given as text uses is what its shell runs', async (stage) => {
      const text = commandText(stage.actor({ use: { memory: 256 * MEGABYTE } }, ...IDLE))
      const running = await stage.process.start(text)
      await running.waitUntil(() => true)
      let high = 0
      stage.process.monitor(running, FAST).onHighMemory('200MB', () => high++)
      await stage.until(() => high > 0, 'hearing of it')
      await running.stop()
    })

    fact('a limit for a whole tree counts memory that is shared once', async (stage) => {
      const child: Scenario = [{ write: 'out', data: 'up\n' }, { hang: true }]
      const family = await readyProcess(stage, [{ fork: child }, { fork: child }, ...IDLE])
      await stage.until(() => family.output().split('up\n').length === 3, 'being up')
      const monitor = stage.process.monitor(family, FAST)
      const tree = (await monitor.getStats(undefined, { proportionalMemory: true }))?.tree
      const [all, once] = [tree?.memory ?? 0, tree?.proportionalMemory ?? 0]
      let high = 0
      if (all > 0) monitor.onHighMemory((all + once) / 2, () => high++, { tree: true, samples: 2 })
      await stage.sleep(400)
      assert.equal(high, 0, `${all} bytes in all, ${once} of them once`)
    })

    fact('a monitor follows a process that is restarted, and credits nothing to the next', async (stage) => {
      const greedy: Scenario = [READY, { use: { memory: 256 * MEGABYTE } }, { hang: true }]
      const running = await readyProcess(stage, greedy)
      const monitor = stage.process.monitor(running, FAST)
      const high: number[] = []
      const exits: ProcessExit[] = []
      monitor.onExit((exit) => exits.push(exit))
      let text = ''
      monitor.onOutput((_type, chunk) => {
        text += chunk
      })
      monitor.onHighMemory('200MB', async ({ pid, sample }) => {
        high.push(pid)
        // Three in a row, none of them the first of its process.
        assert(sample.nth >= 4, `it was number ${sample.nth}`)
        if (high.length < 3) await running.restart()
      })
      await stage.until(() => high.length === 3, 'three of them')
      await stage.sleep(200)
      assert.deepEqual([high.length, new Set(high).size, high.at(-1)], [3, 3, running.lineage.current.id()])
      assert.deepEqual(
        exits.map(({ pid, stopped }) => [pid, stopped]),
        high.slice(0, 2).map((pid) => [pid, true]),
      )
      await stage.until(() => text === 'ready\n'.repeat(3), 'hearing all of them')
      assert.equal(await monitor.isRunning(), true)
      await running.lineage.current.stop()
    })
  },
}
