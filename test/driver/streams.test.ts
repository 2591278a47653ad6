import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'vitest'
import { StreamSource } from '../../src/driver/streams.ts'

describe('a piece of a real stream that is given back', () => {
  const source = new StreamSource(new Readable({ read: () => {} }))

  test('is gone at once, with its memory', () => {
    const piece = Buffer.allocUnsafeSlow(64 * 1024)
    source.recycle(piece)
    assert.deepEqual([piece.length, piece.buffer.byteLength], [0, 0])
  })

  test('is left alone when others share its memory', () => {
    const shared = Buffer.allocUnsafeSlow(64 * 1024)
    source.recycle(shared.subarray(0, 32 * 1024))
    assert.equal(shared.length, 64 * 1024)
  })
})
