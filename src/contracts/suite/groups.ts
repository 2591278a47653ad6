import assert from 'node:assert/strict'
import { GroupStartError, SlotRefusedError } from '../../supervision/errors.ts'
import type { ProcessGroup } from '../../supervision/group.ts'
import type { SupervisionEvent } from '../../supervision/supervision-events.ts'
import type { Scenario } from '../scenario.ts'
import type { Signal } from '../signals.ts'
import { withFolder } from './folder.ts'
import type { Topic } from './harness.ts'
import { READY, untilGone } from './readiness.ts'
import { rejection } from './rejection.ts'

const IDLE: Scenario = [READY, { hang: true }]
const SHOWN = { output: /^ready$/ }
const QUICK = { backoff: { first: 10, cap: 20 } }

/** Processes that are started, looked after and stopped together. */
export const groups: Topic = {
  name: 'groups',
  cases(fact) {
    fact('a group starts each member after those that it depends on are ready, and stops in reverse', async (stage) => {
      const group = stage.process.group()
      const seen = heard(group)
      group.add('api', stage.actor(...IDLE), { after: 'db', ready: SHOWN })
      group.add('db', stage.actor({ wait: 50 }, ...IDLE), { ready: SHOWN })
      await group.start()
      assert.deepEqual(
        group.status().map(({ name, state, incarnation }) => [name, state, incarnation]),
        [
          ['api', 'ready', 1],
          ['db', 'ready', 1],
        ],
      )
      assert.deepEqual(await group.stop(), { stopped: ['api', 'db'], stuck: [] })
      const kinds = ['starting', 'ready', 'stopping', 'exited', 'stopped']
      assert.deepEqual(seen(kinds), [
        ...kinds.slice(0, 2).map(of('db')),
        ...kinds.slice(0, 2).map(of('api')),
        ...['api', 'db'].flatMap((name) => kinds.slice(2).map(of(name))),
      ])
      assert.deepEqual(stage.process.active(), [])
    })

    fact('a process that fails is started again, and given up when it fails too often', async (stage) => {
      const group = stage.process.group({ maxRestarts: 2, ...QUICK })
      const seen = heard(group)
      group.add('job', stage.actor({ wait: 20 }, { exit: 3 }))
      await group.start()
      const results = await group.wait()
      assert.deepEqual([results.length, results[0]?.exitCode()], [1, 3])
      assert.equal(seen(['started']).length, 3)
      assert.deepEqual(seen(['restarting', 'crash', 'failed']), [
        'job crash',
        'job restarting',
        'job crash',
        'job restarting',
        'job crash',
        'job failed',
      ])
      const [row] = group.status()
      assert.deepEqual([row?.state, row?.restarts], ['failed', 2])
      assert.match(row?.reason ?? '', /^exit code 3, after 2 restarts/)
      await group.stop()
    })

    fact('a process that ends with success is done', async (stage) => {
      const group = stage.process.group()
      group.add('job', stage.actor({ write: 'out', data: 'did it\n' }, { exit: 0 }))
      await group.start()
      const results = await group.wait()
      assert.deepEqual(
        [results.map((result) => result.output()), group.status()[0]?.state, group.status()[0]?.incarnation],
        [['did it\n'], 'done', 1],
      )
    })

    fact('a stop ends all that a member has started', async (stage) => {
      const group = stage.process.group()
      const child: Scenario = [{ close: 'out' }, { close: 'err' }, { hang: true }]
      group.add('tree', stage.actor({ fork: [{ fork: child }, ...child] }, ...IDLE), { ready: SHOWN })
      await group.start()
      const leader = group.status()[0]?.pid
      const members = async () =>
        (await stage.driver.processes.list()).filter((row) => row.group === leader && row.state !== 'zombie')
      await stage.until(async () => (await members()).length === 3)
      await group.stop()
      assert.deepEqual(await members(), [])
    })

    fact('what a process has left behind is gone before it is started again', async (stage) => {
      const group = stage.process.group(QUICK)
      const child: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, { close: 'out' }, { close: 'err' }, { hang: true }]
      group.add('leader', stage.actor({ fork: child }, READY, { wait: 30 }, { exit: 1 }), {
        ready: SHOWN,
        graceTime: 30,
        maxRestarts: 1,
      })
      const begun: number[] = []
      group.onEvent((event) => event.type === 'started' && begun.push(event.pid ?? 0))
      await group.start()
      await group.wait()
      assert.equal(begun.length, 2)
      for (const pid of begun) await untilGone(stage, pid)
      const groups = (await stage.driver.processes.list())
        .filter((row) => row.state !== 'zombie')
        .map((row) => row.group)
      assert(!begun.some((pid) => groups.includes(pid)))
      await group.stop()
    })

    fact('a group that cannot start stops again what had started, and says who is to blame', (stage) =>
      withFolder(stage, async (folder) => {
        const group = stage.process.group()
        group.add('web', stage.actor(...IDLE), { ready: SHOWN })
        group.add('db', stage.process.path(`${folder}/none`).command(stage.actor(...IDLE)), { after: 'web' })
        group.add('api', stage.actor(...IDLE), { after: 'db' })
        const error = await rejection(GroupStartError, group.start())
        assert.deepEqual(
          error.unstarted.map(({ slot }) => slot),
          ['db', 'api'],
        )
        assert.deepEqual([group.isRunning(), stage.process.active()], [false, []])
      }),
    )

    fact('a signal reaches every member, and a restart makes each of them another process', async (stage) => {
      const group = stage.process.group()
      const steps: Scenario = [{ on: 'SIGUSR2', do: [{ write: 'out', data: 'heard\n' }] }, ...IDLE]
      for (const name of ['a', 'b']) group.add(name, stage.actor(...steps), { ready: SHOWN })
      await group.start()
      const pids = () => group.status().map(({ pid }) => pid)
      const before = pids()
      const heardIt = () => stage.process.active().every((process) => process.output() === 'ready\nheard\n')
      group.signal('SIGUSR2')
      await stage.until(heardIt)
      await group.restart('b')
      assert.deepEqual([pids()[0] === before[0], pids()[1] === before[1]], [true, false])
      await group.restart()
      assert(pids().every((pid) => pid !== undefined && !before.includes(pid)))
      await group.stop()
    })

    fact('how its members are ended may be said for a whole group, and otherwise for one of them', async (stage) => {
      const group = stage.process.group({ stopSignal: 'SIGUSR2', graceTime: 50 })
      const ends = (signal: Signal, exit: number): Scenario => [{ on: signal, do: [{ exit }] }, ...IDLE]
      group.add('all', stage.actor(...ends('SIGUSR2', 7)), { ready: SHOWN, graceTime: '10s' })
      group.add('own', stage.actor(...ends('SIGTERM', 8)), { ready: SHOWN, graceTime: '10s', stopSignal: 'SIGTERM' })
      group.add('deaf', stage.actor({ on: 'SIGUSR2', do: 'ignore' }, ...IDLE), { ready: SHOWN })
      await group.start()
      const { clock } = stage.driver
      const begin = clock.monotonic()
      await group.stop()
      assert(clock.monotonic() - begin < 5000)
      const results = group.results()
      assert.deepEqual([...results.slice(0, 2).map((one) => one.exitCode()), results[2]?.signal()], [7, 8, 'SIGKILL'])
    })

    fact('how long its members may run, and when they hang, may be said for a whole group', async (stage) => {
      const limited = stage.process.group({ restart: 'never', timeout: 100 })
      limited.add('slow', stage.actor(...IDLE))
      await limited.start()
      assert.deepEqual((await limited.wait())[0]?.outcome, { kind: 'timedOut', timeout: 100 })

      const group = stage.process.group({ hang: { limit: 100 }, maxRestarts: 0, ...QUICK })
      const seen = heard(group)
      group.add('slow', stage.actor(...IDLE)).add('own', stage.actor(...IDLE), { hang: { limit: '1h' } })
      await group.start()
      await stage.until(() => seen(['failed']).length > 0)
      assert.deepEqual(seen(['hang']), ['slow hang'])
      assert.match(group.status()[0]?.reason ?? '', /^still running after 100 ms/)
      await group.stop()
    })

    fact('a group that is being stopped is not restarted, nor is any of its members: the stop wins', async (stage) => {
      const group = stage.process.group({ graceTime: 150 })
      group.add('slow', stage.actor({ on: 'SIGTERM', do: 'ignore' }, ...IDLE), { ready: SHOWN })
      await group.start()
      const stopping = group.stop()
      await stage.sleep(30)
      for (const name of [undefined, 'slow']) {
        const { message } = await rejection(SlotRefusedError, group.restart(name))
        assert.match(message, /being stopped$/)
      }
      assert.deepEqual(await stopping, { stopped: ['slow'], stuck: [] })
      assert.deepEqual([group.status()[0]?.incarnation, stage.process.active()], [1, []])
      await group.restart()
      assert.equal(group.status()[0]?.state, 'ready')
      await group.stop()
    })

    fact('when all go with one, none comes up before all are down', async (stage) => {
      const group = stage.process.group({ strategy: 'one-for-all', ...QUICK })
      const events: SupervisionEvent[] = []
      group.onEvent((event) => events.push(event))
      group.add('first', stage.actor({ on: 'SIGTERM', do: [{ wait: 40 }, { exit: 0 }] }, ...IDLE), { ready: SHOWN })
      group.add('second', stage.actor(READY, { wait: 60 }, { exit: 1 }), { ready: SHOWN, maxRestarts: 1 })
      await group.start()
      await stage.until(() => events.filter(({ type }) => type === 'started').length >= 4)
      const types = events.map(({ slot, type }) => `${slot} ${type}`)
      assert(types.indexOf('first exited') < types.lastIndexOf('second started'))
      assert(types.indexOf('second exited') < types.lastIndexOf('first started'))
      await group.stop()
    })
  },
}

/** Takes note of what a group says, and gives back what of it was of these kinds. */
function heard(
  group: ProcessGroup,
): (kinds: readonly SupervisionEvent['type'][] | readonly string[]) => readonly string[] {
  const events: SupervisionEvent[] = []
  group.onEvent((event) => events.push(event))
  return (kinds) =>
    events.filter(({ type }) => (kinds as readonly string[]).includes(type)).map(({ slot, type }) => `${slot} ${type}`)
}

function of(name: string): (kind: string) => string {
  return (kind) => `${name} ${kind}`
}
