import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { machineZone, Zone } from '../../src/schedule/zone.ts'

for (const zone of ['Foo/Bar', '']) {
  test(`a machine whose zone is "${zone}", which is none that there is, lives in UTC`, () => {
    const own = process.env.TZ
    process.env.TZ = zone
    try {
      assert.equal(machineZone(), 'UTC')
      assert.equal(createProcess().scheduler().daily('x').zone.name, 'UTC')
    } finally {
      if (own === undefined) delete process.env.TZ
      else process.env.TZ = own
    }
  })
}

test('the offset of a zone is told to the second', () => {
  assert.equal(Zone.of('Europe/Berlin').offsetAt(Date.UTC(1880, 0, 1)), (53 * 60 + 28) * 1000)
  assert.equal(Zone.of('America/St_Johns').offsetAt(Date.UTC(2026, 0, 1)), -3.5 * 3_600_000)
  assert.equal(Zone.of('UTC').offsetAt(0), 0)
})

test('two spans that follow each other meet at the change of the clocks', () => {
  const zone = Zone.of('Europe/Berlin')
  const winter = zone.spanAt(Date.UTC(2026, 2, 29, 0, 59, 59))
  const summer = zone.spanAt(Date.UTC(2026, 2, 29, 1))
  assert.deepEqual([winter.to, summer.from], [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 2, 29, 1)])
  assert.deepEqual([winter.offset, summer.offset], [3_600_000, 7_200_000])
})
