import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { type Duration, type Size, toBytes, toMilliseconds } from '../src/duration.ts'

describe('a duration', () => {
  for (const [value, milliseconds] of [
    [0, 0],
    [1500, 1500],
    [0.5, 0.5],
    ['500ms', 500],
    ['90s', 90_000],
    ['1.5s', 1500],
    ['1.25s', 1250],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1y', 31_536_000_000],
    [' 10 s ', 10_000],
    ['0s', 0],
    [{ minutes: 5 }, 300_000],
    [{ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 }, 93_784_005],
    [{ seconds: 1.5 }, 1500],
    [{ seconds: 0 }, 0],
  ] as const satisfies readonly (readonly [Duration, number])[]) {
    test(`${JSON.stringify(value)} is ${milliseconds} ms`, () => {
      assert.equal(toMilliseconds(value), milliseconds)
    })
  }

  for (const value of [
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '',
    '90',
    's',
    '-5s',
    '5 parsecs',
    '5S',
    '1s 2s',
    '1e3s',
    '5constructor',
    `${'9'.repeat(400)}s`,
    { days: 1e308 },
    {},
    { minutes: -1 },
    { minutes: '5' },
    { weeks: 1 },
    { toString: 1 },
    { minutes: undefined },
    [],
    null,
    undefined,
    true,
    5n,
    Symbol('s'),
    () => 5,
  ]) {
    test(`${text(value)} is none, and the error names it`, () => {
      assert.throws(() => toMilliseconds(value as Duration), namesTheValue(value, 'duration'))
    })
  }

  test('in parts is the sum of its parts', () => {
    const part = fc.integer({ min: 0, max: 10_000 })
    const parts = fc.record({ days: part, hours: part, minutes: part, seconds: part, milliseconds: part })
    fc.assert(
      fc.property(parts, (value) => {
        const sum = (['d', 'h', 'm', 's', 'ms'] as const).map((unit, index) => `${Object.values(value)[index]}${unit}`)
        assert.equal(
          toMilliseconds(value),
          sum.reduce((total, one) => total + toMilliseconds(one), 0),
        )
      }),
    )
  })
})

describe('a size', () => {
  for (const [value, bytes] of [
    [0, 0],
    [1024, 1024],
    [10.9, 10],
    ['10B', 10],
    ['64KB', 65_536],
    ['256MB', 268_435_456],
    ['1GB', 1_073_741_824],
    ['2TB', 2_199_023_255_552],
    ['1.5KB', 1536],
    ['0.3KB', 307],
  ] as const satisfies readonly (readonly [Size, number])[]) {
    test(`${JSON.stringify(value)} is ${bytes} bytes`, () => {
      assert.equal(toBytes(value), bytes)
    })
  }

  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, '', '64', '64kb', '64 kilo', '-1KB', {}, null, true]) {
    test(`${text(value)} is none, and the error names it`, () => {
      assert.throws(() => toBytes(value as Size), namesTheValue(value, 'size'))
    })
  }
})

function namesTheValue(value: unknown, what: string) {
  return (error: unknown) => {
    assert(error instanceof TypeError)
    assert(error.message.startsWith(`Cannot use ${text(value)} as a ${what}: `), error.message)
    return true
  }
}

function text(value: unknown): string {
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return '[Function (anonymous)]'
  return typeof value === 'string' ? `'${value}'` : String(value)
}

test('a size of more digits than a number has is refused', () => {
  assert.throws(() => toBytes(`${'9'.repeat(400)}KB`), TypeError)
})
