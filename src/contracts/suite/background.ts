import assert from 'node:assert/strict'
import { turns } from './clock.ts'
import type { Stage, Topic } from './harness.ts'

/** What nobody waits for. */
export const background: Topic = {
  name: 'background',
  cases(fact) {
    fact('what is done in the background is given back', async (stage) => {
      const { clock } = stage.driver
      assert.equal(
        clock.background(() => 'value'),
        'value',
      )
      const fail = () => {
        throw new Error('on purpose')
      }
      assert.throws(() => clock.background(fail), /on purpose/)
    })

    fact('what is driven in the background moves no time', backgroundWaits, {
      needs: 'virtualTime',
      otherwise: 'it passes by itself',
      twin: backgroundGoesOn,
    })
  },
}

async function backgroundWaits(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  const wait = clock.background(async () => {
    await turns(1)
    await stage.sleep(10)
    return clock.monotonic()
  })
  await turns(20)
  assert.equal(clock.monotonic(), start)
  await stage.sleep(20)
  assert.equal(await wait, start + 10)
}

async function backgroundGoesOn(stage: Stage): Promise<void> {
  const { clock } = stage.driver
  const start = clock.monotonic()
  await clock.background(() => stage.sleep(10))
  assert(clock.monotonic() - start >= 10)
}
