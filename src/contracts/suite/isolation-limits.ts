import assert from 'node:assert/strict'
import { join } from 'node:path'
import { ProcessOutOfMemoryError } from '../../errors.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { refused } from './isolated.ts'
import { toldPid, untilGone } from './readiness.ts'
import { rejection } from './rejection.ts'

const MEGABYTE = 1024 * 1024
/** More than the actor itself takes of a machine, and less than what it is made to take. */
const ENOUGH = '160MB'
const LARGE: Scenario = [{ use: { memory: 400 * MEGABYTE } }, { hang: true }]
/** More than the actor has threads, and fewer than it is made to fork. */
const FEW = 24

/** What a process may take of the machine, and what becomes of it when it takes more. */
export const isolationLimits: Topic = {
  name: 'limits',
  cases(fact) {
    fact(
      'a process that holds too much memory is killed, and its result says why',
      async (stage) => {
        const error = await exceeds(stage, LARGE)
        assert.deepEqual(error.result.outcome, { kind: 'outOfMemory', limit: 160 * MEGABYTE })
        assert.deepEqual([error.code, error.limit], ['ERR_PROCESS_OUT_OF_MEMORY', 160 * MEGABYTE])
        assert.match(error.message, /held more than 167772160 bytes of memory/)
      },
      refused('memory', { limits: { memory: ENOUGH } }),
    )

    fact(
      'a process that holds less than its limit is left alone',
      async (stage) => {
        const steps: Scenario = [{ use: { memory: MEGABYTE } }, { wait: 150 }, { exit: 3 }]
        const result = await stage.process.limits({ memory: ENOUGH }).run(stage.actor(...steps))
        assert.deepEqual(result.outcome, { kind: 'exited', code: 3 })
      },
      refused('memory', { limits: { memory: ENOUGH } }),
    )

    fact(
      'what a child holds counts, and all of them are killed',
      async (stage) => {
        const child: Scenario = [{ tell: 'pid' }, ...LARGE]
        const process = await stage.process
          .limits({ memory: ENOUGH })
          .start(stage.actor({ fork: child }, { hang: true }))
        const pid = await toldPid(process)
        await rejection(ProcessOutOfMemoryError, process.wait())
        await untilGone(stage, pid)
        await untilGone(stage, process.id())
      },
      refused('memory', { limits: { memory: ENOUGH } }),
    )

    fact(
      'a process that has had its processor time gets XCPU, and dies of it',
      async (stage) => {
        const pending = stage.process.limits({ cpuTime: '1s' })
        const result = await pending.run(stage.actor({ use: { cpu: 1 } }, { hang: true }))
        assert.deepEqual(result.outcome, { kind: 'signalled', signal: 'SIGXCPU' })
      },
      refused('cpuTime', { limits: { cpuTime: '1s' } }),
    )

    fact(
      'an idle process is not touched by a limit of its processor time',
      async (stage) => {
        const result = await stage.process.limits({ cpuTime: '1s' }).run(stage.actor({ wait: 50 }, { exit: 4 }))
        assert.equal(result.exitCode(), 4)
      },
      refused('cpuTime', { limits: { cpuTime: '1s' } }),
    )

    fact(
      'a file does not grow beyond its limit',
      (stage) =>
        withFolder(stage, async (folder) => {
          const write = (bytes: number): Scenario => [{ file: join(folder, 'file'), data: 'x'.repeat(bytes) }]
          const pending = stage.process.limits({ fileSize: '4KB' })
          const [within, beyond] = [
            await pending.run(stage.actor(...write(4096))),
            await pending.run(stage.actor(...write(4097))),
          ]
          assert.deepEqual([within.exitCode(), beyond.exitCode()], [0, 1])
          assert.match(beyond.errorOutput(), /EFBIG/)
        }),
      refused('fileSize', { limits: { fileSize: '4KB' } }),
    )

    fact(
      'a process that forks more than it may is refused one of them with EAGAIN',
      async (stage) => {
        const forks: Scenario = Array.from({ length: 2 * FEW }, () => ({ fork: [{ hang: true }], quiet: true }))
        const pending = stage.process.isolate({ limits: { processes: FEW }, wholeTree: true, prefer: ['wholeTree'] })
        const result = await pending.run(stage.actor(...forks, { exit: 0 }))
        assert.equal(result.exitCode(), 1)
        assert.match(result.errorOutput(), /EAGAIN/)
      },
      refused('processes', { limits: { processes: FEW } }),
    )

    fact(
      'a process that forks no more than it may is left alone',
      async (stage) => {
        const result = await stage.process
          .limits({ processes: 1000 })
          .run(stage.actor({ fork: [{ exit: 0 }], quiet: true }, { exit: 5 }))
        assert.equal(result.exitCode(), 5)
      },
      refused('processes', { limits: { processes: 1000 } }),
    )

    fact(
      'a process may have files open, and leave no core, within its limits',
      async (stage) => {
        const pending = stage.process.limits({ openFiles: 100, core: 0 })
        assert.equal((await pending.run(stage.actor({ exit: 5 }))).exitCode(), 5)
      },
      refused('openFiles', { limits: { openFiles: 100 } }),
    )
  },
}

function exceeds(stage: Stage, steps: Scenario): Promise<ProcessOutOfMemoryError> {
  return rejection(ProcessOutOfMemoryError, stage.process.limits({ memory: ENOUGH }).run(stage.actor(...steps)))
}
