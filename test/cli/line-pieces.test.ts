import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { LinePieces } from '../../src/cli/line-pieces.ts'

/** The lines that pieces make, and what is left in the end. */
function linesOf(...texts: readonly string[]): unknown {
  const pieces = new LinePieces()
  return [texts.flatMap((text) => pieces.add(text)), pieces.rest()]
}

describe('pieces of output', () => {
  test('are lines once their end has come, and the last one when all is over', () => {
    assert.deepEqual(linesOf('on', 'e\n\ntw', 'o\nthr', 'ee'), [['one', '', 'two'], ['three']])
    assert.deepEqual(linesOf('one\n'), [['one'], []])
  })

  test('are shown as a terminal shows them in the end: what a return goes back over is gone', () => {
    assert.deepEqual(linesOf('10%\r20%', '\r', '100%\r', '\n', 'next'), [['100%'], ['next']])
    assert.deepEqual(linesOf('a\r\nb\r', '\nc\r\r\n'), [['a', 'b', 'c'], []])
    assert.deepEqual(linesOf('\rabc', '\r'), [[], ['abc']])
  })

  test('keep no more of a progress than its last state', () => {
    const progress = Array.from({ length: 10_000 }, (_, n) => `\r${n} `.padEnd(80, '#'))
    assert.deepEqual(linesOf(...progress, '\n'), [['9999 '.padEnd(79, '#')], []])
  })

  test('come in parts where a line has more than 16,384 characters, whatever it came in', () => {
    const text = 'x'.repeat(40_000)
    const [longest, last] = ['x'.repeat(16_384), 'x'.repeat(7232)]
    assert.deepEqual(linesOf(text), [[longest, longest], [last]])
    assert.deepEqual(linesOf(...text, '\n'), [[longest, longest, last], []])
    assert.deepEqual(linesOf(`${longest}\n${longest}`), [[longest], [longest]])
  })
})
