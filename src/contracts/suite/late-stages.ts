import assert from 'node:assert/strict'
import type { ProcessPipeline } from '../../pipeline.ts'
import { createProcess } from '../../process.ts'
import type { Driver } from '../driver.ts'
import type { Scenario } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'

const CAT: Scenario = [{ echo: 'in' }]
const HELLO: Scenario = [{ write: 'out', data: 'hello\n' }]

/** Pipelines on a machine that is slow to start: a stage may be over before the next one is there. */
export const lateStages: Topic = {
  name: 'late stages',
  cases(fact) {
    fact('a stage that was over before a later one could not start keeps nobody waiting', async (stage) => {
      for (const first of [[{ exit: 3 }], HELLO] as Scenario[]) {
        const pipeline = pipelineOf(stage, first, [{ failToStart: 'ENOENT' }])
        assert.deepEqual((await pipeline.run(() => {})).outcome, { kind: 'notStarted', errno: 'ENOENT' })
      }
    })

    fact('what a stage wrote before the next one was there is not lost', async (stage) => {
      const pipeline = pipelineOf(stage, HELLO, CAT, CAT)
      assert.equal((await pipeline.run(() => {})).output(), 'hello\n')
      assert.equal((await pipeline.run()).output(), 'hello\n')
    })
  },
}

function pipelineOf(stage: Stage, ...scenarios: readonly Scenario[]): ProcessPipeline {
  const [first, second, ...rest] = scenarios.map((scenario) => stage.actor(...scenario))
  const late = createProcess({ driver: startingLate(stage.driver) })
  return late
    .command(first as string[])
    .pipe(second as string[])
    .pipeThrough(rest)
}

/** The same driver, which starts a process only when the one before is over. */
function startingLate(driver: Driver): Driver {
  const { capabilities, clock, random, files, processes, net } = driver
  let last: Promise<unknown> = Promise.resolve()
  return {
    capabilities,
    clock,
    random,
    files,
    processes,
    net,
    async start(command) {
      await clock.drive(last, () => 'the case of the contract suite')
      const handle = await driver.start(command)
      last = handle.exit
      return handle
    },
    joint: () => driver.joint(),
    close: () => driver.close(),
  }
}
