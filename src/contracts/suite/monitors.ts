import assert from 'node:assert/strict'
import type { CallbackFailure } from '../../monitoring/callbacks.ts'
import type { ProcessExit } from '../../monitoring/process-exit.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { childOf, READY, readyProcess, untilState } from './readiness.ts'

const IDLE: Scenario = [READY, { hang: true }]
const MEGABYTE = 1024 * 1024
const FAILS_WHEN_TOLD: Scenario = [READY, { read: 'line' }, { write: 'out', data: 'more\n' }, { exit: 3 }]
const NOBODY = 4_000_000
/** Fast enough for a test, and long enough for the steps of 10 ms in which a machine counts. */
const FAST = { every: 60 }

/** Looking after processes, whoever started them. */
export const monitors: Topic = {
  name: 'monitors',
  cases(fact) {
    fact('a process runs until it is over, also one that is stopped; nobody does not', async (stage) => {
      const running = await readyProcess(stage, IDLE)
      const monitor = stage.process.monitor(running)
      running.signal('SIGSTOP')
      await untilState(stage, running.id(), 'stopped')
      assert.deepEqual([await monitor.isRunning(), await monitor.isRunning(running.id())], [true, true])
      await running.stop()
      assert.deepEqual([await monitor.isRunning(), await monitor.isRunning(running.id())], [false, false])
      assert.equal(await monitor.isRunning(NOBODY), false)
    })

    fact('a zombie does not run, has no stats, and has exited', async (stage) => {
      const parent = await readyProcess(stage, [{ fork: [{ hang: true }] }, ...IDLE])
      const child = (await childOf(stage, parent.id())).pid
      const monitor = stage.process.monitor(child, FAST)
      const exits = exitsOf(monitor)
      parent.signal('SIGSTOP')
      await untilState(stage, parent.id(), 'stopped')
      // Not by the group: its leader is the one that must stay.
      stage.process.kill(child, 'SIGKILL')
      await stage.until(() => exits.length > 0, 'hearing of the exit')
      assert.equal((await stage.driver.processes.find(child))?.state, 'zombie')
      assert.deepEqual([await monitor.isRunning(), await monitor.getStats()], [false, undefined])
      parent.signal('SIGKILL')
    })

    fact('the same pid with another start is another process', async (stage) => {
      const running = await readyProcess(stage, IDLE)
      const row = await stage.driver.processes.find(running.id())
      assert(row)
      const monitor = stage.process.monitor()
      const other = { pid: row.pid, startedAt: row.startedAt + 1 }
      assert.deepEqual([await monitor.isRunning(row), await monitor.isRunning(other)], [true, false])
      assert.equal((await monitor.getStats(row))?.startedAt, row.startedAt)
      assert.equal(await monitor.getStats(other), undefined)
    })

    fact('stats say nothing of the processor at the first look, and the truth at the second', async (stage) => {
      const [busy, idle] = await Promise.all([
        readyProcess(stage, [{ use: { cpu: 1 } }, ...IDLE]),
        readyProcess(stage, IDLE),
      ])
      const monitor = stage.process.monitor()
      const first = await Promise.all([busy, idle].map((each) => monitor.getStats(each)))
      assert.deepEqual(
        first.map((stats) => [stats?.cpu, stats?.window, stats?.tree.cpu]),
        Array(2).fill([undefined, undefined, undefined]),
      )
      await stage.sleep(300)
      const [most, least] = await Promise.all(
        [busy, idle].map(async (each) => (await monitor.getStats(each))?.cpu ?? -1),
      )
      assert(most !== undefined && least !== undefined && least >= 0)
      assert(most > 2 * least && most < 1.5, `the shares are ${most} and ${least}`)
    })

    fact('stats with a window are measured over it', async (stage) => {
      const busy = await readyProcess(stage, [{ use: { cpu: 1, memory: 32 * MEGABYTE } }, ...IDLE])
      const stats = await stage.process.monitor(busy).getStats(undefined, { window: 200, proportionalMemory: true })
      assert(stats && stats.cpu !== undefined && stats.cpu > 0 && stats.cpu < 1.5, `the share is ${stats?.cpu}`)
      assert(stats.window !== undefined && stats.window >= 200 && stats.window < 5000)
      assert(stats.memory >= 32 * MEGABYTE && (stats.proportionalMemory ?? 0) >= 32 * MEGABYTE)
      assert.deepEqual([stats.pid, stats.state], [busy.id(), 'running'])
      assert((stats.descriptors ?? 0) >= 3 && (stats.io?.written ?? 0) > 0 && (stats.threads ?? 0) >= 1)
      assert.equal(await stage.process.monitor(NOBODY).getStats(undefined, { window: 200 }), undefined)
    })

    fact('stats sum up all that descends from a process', async (stage) => {
      const leaf: Scenario = [{ use: { memory: 16 * MEGABYTE } }, { write: 'out', data: 'up\n' }, { hang: true }]
      const family = await readyProcess(stage, [{ fork: [{ fork: leaf }, ...leaf] }, ...IDLE])
      await stage.until(() => family.output().split('up\n').length === 3, 'being up')
      const monitor = stage.process.monitor(family)
      const stats = await monitor.getStats(undefined, { proportionalMemory: true })
      assert.equal(stats?.tree.processes, 3)
      assert((stats.tree.proportionalMemory ?? 0) >= 32 * MEGABYTE)
      assert(
        stats.tree.memory >= (stats.tree.proportionalMemory ?? 0) && stats.tree.memory >= stats.memory + 32 * MEGABYTE,
      )
    })

    fact('the exit of a process is heard once, with how it ended', async (stage) => {
      const [coded, killed, stopped] = await Promise.all([
        readyProcess(stage, [READY, { exit: 3 }]),
        readyProcess(stage, IDLE),
        readyProcess(stage, IDLE),
      ])
      const monitor = stage.process.monitor()
      const exits: ProcessExit[] = []
      for (const each of [coded, killed, stopped]) monitor.onExit(each, (exit) => exits.push(exit))
      await coded.wait()
      killed.signal('SIGKILL')
      await killed.wait()
      await stopped.stop()
      await stage.until(() => exits.length === 3, 'hearing of all exits')
      assert.deepEqual(
        exits.map(({ pid, code, signal, stopped }) => [pid, code, signal, stopped]),
        [
          [coded.id(), 3, null, false],
          [killed.id(), null, 'SIGKILL', false],
          [stopped.id(), null, 'SIGTERM', true],
        ],
      )
    })

    fact('that a process is over that somebody else started is heard once, and nothing more', async (stage) => {
      const parent = await readyProcess(stage, [{ fork: [{ hang: true }] }, ...IDLE])
      const child = (await childOf(stage, parent.id())).pid
      const exits = [exitsOf(stage.process.monitor(child, FAST)), exitsOf(stage.process.monitor(NOBODY, FAST))]
      await stage.until(() => exits[1]?.length === 1, 'hearing that nobody is there')
      assert.deepEqual(exits[0], [])
      stage.process.kill(child, 'SIGKILL')
      await stage.until(() => exits[0]?.length === 1, 'hearing of the exit')
      await stage.sleep(200)
      assert.deepEqual(
        exits.flat().map(({ pid, code, signal, outcome }) => [pid, code, signal, outcome]),
        [child, NOBODY].map((pid) => [pid, undefined, undefined, undefined]),
      )
    })

    fact(
      'what a process writes and fails with is heard of one that was started here, and of no other',
      async (stage) => {
        const running = await readyProcess(stage, [
          READY,
          { read: 'line' },
          { write: 'err', data: 'no disk\n' },
          { exit: 3 },
        ])
        const monitor = stage.process.monitor(running)
        const heard = { out: '', err: '' }
        const errors: unknown[] = []
        monitor.onOutput((type, text) => {
          heard[type] += text
        })
        monitor.onError(running.id(), (error) => errors.push(error))
        await running.write('go on\n')
        await running.wait()
        await stage.until(() => errors.length > 0, 'hearing of the failure')
        assert.deepEqual(heard, { out: 'ready\n', err: 'no disk\n' })
        assert.match(String(errors), /exit code 3[\s\S]*no disk/)
        for (const hook of ['onOutput', 'onError'] as const)
          assert.throws(() => monitor[hook](NOBODY, () => {}), { code: 'ERR_NOT_OUR_PROCESS' })
      },
    )

    fact('a process that is ended by a limit has failed, one that ends well or is stopped has not', async (stage) => {
      const errors: [number, unknown][] = []
      const monitor = stage.process.monitor()
      const follow = async (scenario: Scenario, pending: Pick<typeof stage.process, 'start'> = stage.process) => {
        const running = await pending.start(stage.actor(...scenario))
        monitor.onError(running, (error) => errors.push([running.id(), (error as { code?: unknown }).code]))
        return running
      }
      const late = await follow(
        [{ hang: true }],
        stage.process.timeout(50) as unknown as Pick<typeof stage.process, 'start'>,
      )
      await (await follow([{ exit: 0 }])).wait()
      await (await follow([{ hang: true }])).stop()
      await late.wait().catch(() => {})
      await stage.until(() => errors.length > 0, 'hearing of the failure')
      assert.deepEqual(errors, [[late.id(), 'ERR_PROCESS_TIMED_OUT']])
    })

    fact('samples come until the process is over', async (stage) => {
      const running = await stage.process.start(stage.actor({ wait: 1500 }))
      const seen: [number, boolean][] = []
      for await (const { nth, cpu, late } of stage.process.monitor(running, { every: 100 }).samples()) {
        assert(late >= 0)
        seen.push([nth, cpu === undefined])
      }
      assert(seen.length >= 3, `there were ${seen.length}`)
      assert.deepEqual(
        seen.slice(0, 3).map(([nth]) => nth),
        [1, 2, 3],
      )
      // A busy machine may look twice within one step of its own clock of processors.
      assert(seen[0]?.[1] === true && seen.some(([, isUnknown]) => !isUnknown))
      assert.equal(running.running(), false)
    })

    fact('a callback that throws, rejects or never comes back is reported, and changes nothing', async (stage) => {
      const running = await readyProcess(stage, FAILS_WHEN_TOLD)
      const failures: CallbackFailure[] = []
      const options = { ...FAST, callbackTimeout: 50, onFailure: (failure: CallbackFailure) => failures.push(failure) }
      const monitor = stage.process.monitor(running, options)
      const codes: unknown[] = []
      monitor.onOutput(() => {
        throw new Error('on purpose')
      })
      monitor.onExit(() => Promise.reject(new Error('on purpose')))
      monitor.onExit(() => new Promise(() => {}))
      monitor.onExit(({ code }) => codes.push(code))
      await running.write('go on\n')
      const result = await running.wait()
      await stage.until(() => failures.some(({ error }) => /still not over/.test(String(error))), 'the report')
      assert.deepEqual([result.output(), result.exitCode(), codes], ['ready\nmore\n', 3, [3]])
      assert.deepEqual(
        new Set(failures.map(({ hook, pid }) => `${hook} ${pid - running.id()}`)),
        new Set(['onOutput 0', 'onExit 0']),
      )
    })

    fact('nothing is heard after the end of a callback, or of its monitor', async (stage) => {
      const running = await readyProcess(stage, FAILS_WHEN_TOLD)
      const heard: string[] = []
      using monitor = stage.process.monitor(running, FAST)
      monitor.onExit(() => heard.push('kept'))
      monitor.onExit(() => heard.push('ended'))()
      const stopped = stage.process.monitor(running, FAST)
      stopped.onExit(() => heard.push('exit'))
      let text = ''
      stopped.onOutput((_type, chunk) => {
        text += chunk
      })
      stopped.onError(() => heard.push('error'))
      stopped.onHighMemory(1, () => heard.push('memory'), { samples: 1 })
      stopped.stop()
      await running.write('go on\n')
      await running.wait()
      await stage.sleep(200)
      assert.deepEqual([heard, text], [['kept'], 'ready\n'])
    })
  },
}

function exitsOf(monitor: ReturnType<Stage['process']['monitor']>): ProcessExit[] {
  const exits: ProcessExit[] = []
  monitor.onExit((exit) => exits.push(exit))
  return exits
}
