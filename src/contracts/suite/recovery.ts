import assert from 'node:assert/strict'
import { commandText } from '../../command.ts'
import type { InvokedProcess } from '../../invoked-process.ts'
import { ProcessRecovery } from '../../supervision/recovery.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Topic } from './harness.ts'
import { READY, readyProcess, untilGone } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const QUICK = { backoff: { first: 10, cap: 20 } }
const MEGABYTE = 1024 * 1024

/** A process that is started again when it crashes, hangs or uses too much. */
export const recovery: Topic = {
  name: 'recovery',
  cases(fact) {
    fact('a process that crashes is started again by whoever is told, more than once', async (stage) => {
      const process = await stage.process.start(stage.actor(READY, { wait: 30 }, { exit: 3 }))
      await using recovery = new ProcessRecovery(process, {}, stage.process).policy({ restart: 'never', ...QUICK })
      const told: string[] = []
      recovery.onCrash(async (crash) => {
        told.push(String(crash))
        await process.restart()
      })
      await stage.until(() => told.length >= 3)
      assert.deepEqual(told.slice(0, 3), Array(3).fill('exit code 3'))
    })

    fact('a process that ends with success, or is stopped by its owner, has not crashed', async (stage) => {
      for (const end of [(process: InvokedProcess) => process.wait(), (process: InvokedProcess) => process.stop()]) {
        const process = await stage.process.start(stage.actor(READY, { read: 'all' }, { exit: 0 }))
        const recovery = new ProcessRecovery(process, {}, stage.process).policy(QUICK)
        const told: unknown[] = []
        recovery.onCrash((crash) => told.push(crash))
        await end(process)
        await stage.sleep(50)
        assert.deepEqual([told, recovery.status()[0]?.pid], [[], undefined])
      }
    })

    fact('by a policy it comes back by itself, until it has come back too often', async (stage) => {
      const process = await stage.process.start(stage.actor({ wait: 10 }, { die: 'SIGKILL' }))
      await using recovery = new ProcessRecovery(process, {}, stage.process).policy({ maxRestarts: 2, ...QUICK })
      let crashes = 0
      recovery.onCrash(() => crashes++)
      await stage.until(() => recovery.status()[0]?.state === 'failed')
      assert.equal(crashes, 3)
      assert.match(recovery.status()[0]?.reason ?? '', /^killed by SIGKILL, after 2 restarts/)
    })

    fact('a process that says nothing any more is ended and started again', async (stage) => {
      const process = await readyProcess(stage, IDLE)
      await using recovery = new ProcessRecovery(process, {}, stage.process)
      const told: string[] = []
      const how = { silence: 1500 }
      recovery.onHang(async (hang) => {
        told.push(String(hang))
        await process.restart()
      }, how)
      await stage.until(() => process.lineage.current !== process)
      assert.deepEqual(told, ['no output for 1500 ms'])
      await untilGone(stage, process.id())
      assert.equal(process.result?.signal(), 'SIGTERM')
    })

    fact('a process that writes is not taken to hang', async (stage) => {
      const beats: Scenario = Array.from({ length: 8 }, () => [READY, { wait: 50 }] as const).flat()
      const process = await stage.process.start(stage.actor(...beats, { hang: true }))
      await using recovery = new ProcessRecovery(process, {}, stage.process)
      let last = ''
      recovery.onHang(
        () => {
          last = process.output()
        },
        { heartbeat: { output: 'ready', within: 1000 } },
      )
      await stage.until(() => last !== '')
      assert.equal(last, 'ready\n'.repeat(8))
    })

    fact('a probe that fails again and again ends a process', (stage) =>
      withFolder(stage, async (folder) => {
        const probe = async () => (await stage.driver.files.stat(`${folder}/broken`)) === undefined
        const process = await readyProcess(stage, [{ wait: 100 }, { file: `${folder}/broken`, data: '' }, ...IDLE])
        await using recovery = new ProcessRecovery(process, {}, stage.process)
        const told: string[] = []
        recovery.onHang((hang) => told.push(String(hang)), { probe: { probe, every: 20, failures: 2 } })
        await stage.until(() => told.length > 0)
        assert.deepEqual(told, ['2 probes have failed'])
      }),
    )

    fact('a process that holds too much memory is told of once, and started again', async (stage) => {
      const grows: Scenario = [READY, { wait: 100 }, { use: { memory: 300 * MEGABYTE } }, { hang: true }]
      const process = await readyProcess(stage, grows)
      await using recovery = new ProcessRecovery(process, {}, stage.process).policy({ maxRestarts: 1, ...QUICK })
      const told: number[] = []
      recovery.onHighMemory((high) => told.push(high.trouble.memory), { limit: '200MB', every: 40, samples: 2 })
      await stage.until(() => recovery.status()[0]?.restarts === 1)
      assert.equal(told.length, 1)
      assert((told[0] ?? 0) > 200 * MEGABYTE)
      await untilGone(stage, process.id())
    })

    fact('what a shell runs is looked after in its place: what it holds, and that it works', async (stage) => {
      const [grows, works] = [{ memory: 300 * MEGABYTE }, { cpu: 1 }].map((use) =>
        commandText(stage.actor({ use }, ...IDLE)),
      )
      const [large, busy] = await Promise.all([stage.process.start(grows), stage.process.start(works)])
      for (const each of [large, busy]) await each.waitUntil(() => true)
      await using first = new ProcessRecovery(large, {}, stage.process)
      await using second = new ProcessRecovery(busy, {}, stage.process)
      const told: string[] = []
      first.onHighMemory(() => told.push('high'), { limit: '200MB', every: 40, samples: 2 })
      second.onHang(() => told.push('hang'), { noProgress: 600 })
      await stage.until(() => told.length > 0)
      await stage.sleep(1200)
      assert.deepEqual(told, ['high'])
    })

    fact('a process that uses too much of a core is told of', async (stage) => {
      const process = await readyProcess(stage, [{ use: { cpu: 1 } }, ...IDLE])
      await using recovery = new ProcessRecovery(process, {}, stage.process)
      const told: number[] = []
      recovery.onHighCpu((high) => told.push(high.trouble.cpu), { limit: 0.2, every: 200, samples: 2 })
      await stage.until(() => told.length > 0)
      assert((told[0] ?? 0) > 0.2)
    })

    fact('a stop beats a restart that is pending', async (stage) => {
      const process = await stage.process.start(stage.actor({ exit: 1 }))
      const recovery = new ProcessRecovery(process, {}, stage.process).policy({ backoff: { first: 200 } })
      await stage.until(() => recovery.status()[0]?.state === 'backoff')
      assert.deepEqual(await recovery.stop(), { stopped: ['process'], stuck: [] })
      await stage.sleep(300)
      assert.deepEqual([recovery.status()[0]?.incarnation, stage.process.active()], [1, []])
    })

    fact('the processes of a group are looked after, and one of them restarted, from one place', async (stage) => {
      const group = stage.process.group({ restart: 'never', ...QUICK })
      group.add('good', stage.actor(...IDLE))
      group.add('bad', stage.actor(READY, { wait: 20 }, { exit: 1 }))
      await group.start()
      const recovery = stage.process.recovery(group)
      const told: string[] = []
      recovery.onCrash(async ({ slot }) => {
        told.push(slot)
        await recovery.restart()
      })
      await stage.until(() => told.length >= 2)
      await group.stop()
      assert.deepEqual([[...new Set(told)], group.status()[0]?.incarnation], [['bad'], 1])
    })
  },
}
