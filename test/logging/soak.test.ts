import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { soak } from './soak.ts'

const MEGABYTE = 1024 * 1024

describe('a short soak', () => {
  test('loses nothing of what processes wrote, killed or not, and keeps it in order', async () => {
    const soaked = await soak({ bytes: 12 * MEGABYTE, processes: 4, rotations: 30, seed: 1, buffer: MEGABYTE })
    assert.equal(soaked.bytesOnDisk, soaked.bytesIn)
    assert(soaked.bytesIn >= 12 * MEGABYTE && soaked.killed > 0 && soaked.rotations >= 30, JSON.stringify(soaked))
    assert(soaked.mostPending < 2 * MEGABYTE, `${soaked.mostPending} bytes waited`)
  })

  for (const whenFull of ['drop-newest', 'drop-oldest'] as const) {
    test(`counts every byte that is dropped by ${whenFull}`, async () => {
      const soaked = await soak({ bytes: 6 * MEGABYTE, processes: 3, rotations: 10, seed: 2, buffer: 40_000, whenFull })
      assert.equal(soaked.bytesOnDisk + soaked.bytesDropped, soaked.bytesIn)
      assert(soaked.bytesDropped > 0, JSON.stringify(soaked))
    })
  }
})
