import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { StreamLog } from '../src/output-log.ts'

const MEGABYTE = 1024 * 1024
const everything = { limit: Number.POSITIVE_INFINITY, onOverflow: 'truncate', keep: 'head' } as const

/** Sizes around those of slabs, so that borders fall everywhere. */
const sizes = fc.oneof(fc.nat(40), fc.integer({ min: 4000, max: 4200 }), fc.nat(70_000))
const looks = fc.constantFrom('bytes', 'pieces', 'tail', 'nothing')

describe('a log', () => {
  for (const keep of ['head', 'tail'] as const) {
    test(`keeps the ${keep} of what it gets, whoever looks meanwhile, and shows nobody anything else later`, () => {
      const limits = fc.oneof(fc.nat(100), fc.nat(300_000), fc.constant(Number.POSITIVE_INFINITY))
      const acts = fc.array(fc.tuple(sizes, looks), { maxLength: 30 })
      fc.assert(
        fc.property(limits, acts, (limit, list) => {
          const log = new StreamLog({ limit, onOverflow: 'truncate', keep })
          const seen: [shown: Uint8Array, copy: Buffer][] = []
          let all = Buffer.alloc(0)
          for (const [size, look] of list) {
            const bytes = numbered(all.length, size)
            all = Buffer.concat([all, bytes])
            assert.equal(log.add(bytes), bytes.length === 0 || all.length <= limit)
            if (!log.holds(bytes)) bytes.fill(0)
            const kept = keep === 'head' ? all.subarray(0, limit) : all.subarray(Math.max(0, all.length - limit))
            const expected = look === 'tail' ? kept.subarray(Math.max(0, kept.length - 5000)) : kept
            for (const shown of lookAt(log, look)) seen.push([shown, Buffer.from(shown)])
            if (look !== 'nothing') assert(expected.equals(Buffer.concat([...lookAt(log, look)])))
            assert.deepEqual([log.end - log.start, log.dropped], [kept.length, all.length - kept.length])
          }
          assert(seen.every(([shown, copy]) => copy.equals(shown)))
        }),
        { numRuns: 200 },
      )
    })
  }

  test('gives any stretch of what it kept', () => {
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 10 }), fc.nat(200_000), fc.nat(200_000), (list, from, to) => {
        const log = new StreamLog(everything)
        for (const size of list) log.add(numbered(log.end, size))
        const [start, end] = [Math.min(from, to, log.end), Math.min(Math.max(from, to), log.end)]
        assert(numbered(start, end - start).equals(Buffer.concat([...log.pieces(start, end)])))
      }),
    )
  })

  test('of much output has every byte, before and after it moves to one place', () => {
    const log = new StreamLog(everything)
    for (let count = 0; count < 60; count++) {
      log.add(numbered(log.end, MEGABYTE + 1))
      if (count === 20) assert(numbered(0, log.end).equals(log.bytes()))
    }
    assert(numbered(0, log.end).equals(log.bytes()))
  })

  test('copies much output to one place once, and then adds to it', () => {
    const log = filled(60)
    const { buffer } = log.bytes()
    log.add(numbered(log.end, MEGABYTE))
    assert.equal(log.bytes().buffer, buffer)
  })

  test('takes no more memory to be joined than to be kept', () => {
    const log = filled(40)
    const before = memory()
    assert.equal(log.bytes().length, 40 * MEGABYTE)
    assert(memory() - before < 2 * MEGABYTE, `${memory() - before} bytes more`)
  })

  test('that keeps the tail takes little more memory than that', () => {
    const before = memory()
    const log = new StreamLog({ limit: 10 * MEGABYTE, onOverflow: 'truncate', keep: 'tail' })
    const piece = new Uint8Array(64 * 1024)
    for (let count = 0; count < 1600; count++) log.add(piece)
    assert(memory() - before < 13 * MEGABYTE, `${memory() - before} bytes for 10 MB`)
    assert.equal(log.bytes().length, 10 * MEGABYTE)
  })

  test('shows its end without touching the rest', () => {
    const log = filled(40)
    const where = () => [...log.pieces()].map(({ buffer }) => buffer)
    const before = { memory: memory(), where: where() }
    assert(numbered(log.end - 2048, 2048).equals(log.tail(2048)))
    assert(memory() - before.memory < 100_000, `${memory() - before.memory} bytes more`)
    assert(where().every((buffer, index) => buffer === before.where[index]))
  })
})

function lookAt(log: StreamLog, look: string): Iterable<Uint8Array> {
  if (look === 'bytes') return [log.bytes()]
  if (look === 'pieces') return log.pieces()
  return look === 'tail' ? [log.tail(5000)] : []
}

function filled(megabytes: number): StreamLog {
  const log = new StreamLog(everything)
  for (let count = 0; count < megabytes * 16; count++) log.add(numbered(log.end, MEGABYTE / 16))
  return log
}

/** Bytes that say at which place of a stream they are. */
function numbered(from: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size)
  for (let index = 0; index < size; index++) bytes[index] = ((from + index) * 31) >> ((from + index) % 7)
  return bytes
}

/** The memory in buffers, in use or not collected yet. */
function memory(): number {
  return process.memoryUsage().arrayBuffers
}
