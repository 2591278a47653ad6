import assert from 'node:assert/strict'
import type { Topic } from './harness.ts'

/** Waiting for a moment of the wall clock. */
export const alarms: Topic = {
  name: 'alarms',
  cases(fact) {
    fact(
      'an alarm goes off once, when wall time has reached its moment, and soon where that has passed',
      async (stage) => {
        const { clock } = stage.driver
        const moment = clock.now() + 20
        const rung: number[] = []
        clock.setAlarm(() => rung.push(clock.now()), moment)
        clock.setAlarm(() => rung.push(0), moment - 1000)
        await stage.until(() => rung.length === 2)
        await stage.sleep(20)
        assert.equal(rung.length, 2)
        assert.equal(rung[0], 0)
        // Wall time may be told in whole milliseconds.
        assert((rung[1] as number) >= moment - 1)
      },
    )

    fact('an alarm that was cleared never goes off', async (stage) => {
      const { clock } = stage.driver
      let rung = false
      const alarm = clock.setAlarm(() => {
        rung = true
      }, clock.now() + 5)
      clock.clearTimeout(alarm)
      await stage.sleep(20)
      assert.equal(rung, false)
    })
  },
}
