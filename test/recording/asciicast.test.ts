import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { commandFor } from '../../src/contracts/suite/harness.ts'
import { fromAsciicast, toAsciicast } from '../../src/recording/asciicast.ts'
import type { RecordedRun } from '../../src/recording/run.ts'
import { Scrubber } from '../../src/recording/scrubber.ts'
import { Symbols } from '../../src/recording/symbols.ts'

const scrubber = new Scrubber(commandFor(['x']), new Symbols(), [])
const read = (...lines: readonly string[]): RecordedRun => fromAsciicast(lines.join('\n'), 'x.cast', ['x'], scrubber)
const HEADER = '{"version":3,"term":{"cols":80,"rows":24}}'

test('what an asciicast can hold goes out and comes back', () => {
  const events: RecordedRun['events'] = [
    [0, 'out', 'name?\n'],
    [1500, 'in', 'ada\n'],
    [250, 'out', 'hello\n'],
    [0, 'out', 'ada\n'],
    [0, 'exit', 3],
  ]
  const cast = toAsciicast({ run: ['x'], cwd: '<cwd>', events }, String)
  assert.deepEqual(read(cast).events, events)
})

test('what it cannot hold becomes what is nearest, at the same time', () => {
  const events: RecordedRun['events'] = [
    [1000, 'err', 'oh\n'],
    [1000, 'signal', 'SIGTERM'],
    [1000, 'exit', 'SIGTERM'],
  ]
  const cast = toAsciicast({ run: 'x y', cwd: '<cwd>', events }, String)
  const lines = cast
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  assert.deepEqual(lines, [
    { version: 3, term: { cols: 80, rows: 24 }, command: 'x y' },
    [1, 'o', 'oh\r\n'],
    [2, 'x', '143'],
  ])
})

test('comments, sizes and marks are left out, and an end that is missing is 0', () => {
  const { events } = read(
    HEADER,
    '# a comment',
    '[0.5,"o","a"]',
    '[0.25,"r","100x30"]',
    '[0.25,"m",""]',
    '[1,"o","b"]',
    '',
  )
  assert.deepEqual(events, [
    [500, 'out', 'a'],
    [1500, 'out', 'b'],
    [0, 'exit', 0],
  ])
})

describe('an asciicast is refused, by line, that', () => {
  const bad: Readonly<Record<string, readonly [line: number, lines: readonly string[]]>> = {
    'is empty': [1, ['']],
    'is of another version': [1, ['{"version":2,"width":80,"height":24}']],
    'is no JSON': [2, [HEADER, 'x']],
    'has an event that is none': [3, [HEADER, '# comment', '[1,"o"]']],
    'has a status that is none': [2, [HEADER, '[0,"x","ok"]']],
  }
  for (const [title, [line, lines]] of Object.entries(bad)) {
    test(title, () => assert.throws(() => read(...lines), { code: 'ERR_BAD_RECORDING', line, file: 'x.cast' }))
  }
})
