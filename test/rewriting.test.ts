import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { besides, type Edit, rewrite, rewriteStream, united } from '../src/rewriting.ts'

const LENGTH = 30

const edit: fc.Arbitrary<Edit> = fc
  .record({ start: fc.nat(LENGTH - 1), size: fc.integer({ min: 1, max: 6 }), text: fc.string({ maxLength: 3 }) })
  .map(({ start, size, text }) => ({ start, end: Math.min(start + size, LENGTH), text }))
const edits = fc.array(edit, { maxLength: 8 })
const text = fc.string({ unit: fc.constantFrom(...'ab€\ufeff'), minLength: LENGTH, maxLength: LENGTH })
const cuts = fc.uniqueArray(fc.nat(2 * LENGTH), { maxLength: 6 }).map((all) => all.sort((a, b) => a - b))

const overlap = (a: Edit, b: Edit): boolean => a.start < b.end && b.start < a.end

describe('edits of a text', () => {
  test('that overlap become one, with the text of the first', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const became = united(all)
        for (const [index, one] of became.entries()) {
          const parts = all.filter((part) => part.start >= one.start && part.end <= one.end)
          assert.equal(one.start, Math.min(...parts.map(({ start }) => start)))
          assert.equal(one.end, Math.max(...parts.map(({ end }) => end)))
          assert.equal(one.text, parts.find(({ start }) => start === one.start)?.text)
          const next = became[index + 1]
          assert(!next || one.end <= next.start)
        }
        assert(all.every((part) => became.some((one) => part.start >= one.start && part.end <= one.end)))
      }),
    )
  })

  test('give way to those that were there before', () => {
    fc.assert(
      fc.property(edits.map(united), edits.map(united), (first, others) => {
        const fits = others.filter((other) => !first.some((one) => overlap(one, other)))
        assert.deepEqual(
          besides(first, others),
          [...first, ...fits].sort((a, b) => a.start - b.start),
        )
      }),
    )
  })

  test('are made alike in a text and in a stream, however that was cut', () => {
    fc.assert(
      fc.property(text, cuts, edits.map(united), (whole, places, all) => {
        const editor = () => all
        const { pieces, binary } = rewriteStream(chunksOf(whole, places), { text: editor, binary: () => [] })
        assert.equal(binary, false)
        assert.equal(pieces.length, chunksOf(whole, places).length)
        assert.equal(pieces.join(''), plainly(whole, all))
        assert.equal(rewrite(whole, editor), plainly(whole, all))
      }),
    )
  })

  test('stay in the piece in which the part begins that they replace', () => {
    const chunks = ['abc', 'def', '', 'ghi'].map((chunk) => Buffer.from(chunk))
    const pieces = (...all: Edit[]) => rewriteStream(chunks, { text: () => all, binary: () => [] }).pieces
    assert.deepEqual(pieces(), ['abc', 'def', '', 'ghi'])
    assert.deepEqual(pieces({ start: 2, end: 7, text: '-' }), ['ab-', '', '', 'hi'])
    assert.deepEqual(pieces({ start: 3, end: 5, text: '-' }), ['abc', '-f', '', 'ghi'])
    assert.deepEqual(pieces({ start: 0, end: 3, text: '-' }, { start: 8, end: 9, text: '+' }), ['-', 'def', '', 'gh+'])
  })

  test('of bytes that are no text count each of them as a character', () => {
    const chunks = [Buffer.from([0x61, 0xff]), Buffer.from([0xe2, 0x62])]
    const binary = () => [{ start: 1, end: 2, text: '-' }]
    assert.deepEqual(rewriteStream(chunks, { text: () => [], binary }), { pieces: ['a-', '\xe2b'], binary: true })
  })
})

/** A text in bytes, cut at these places, also within a character. */
function chunksOf(whole: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(whole)
  const ends = [...places.map((place) => Math.min(place, bytes.length)), bytes.length]
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

function plainly(whole: string, all: readonly Edit[]): string {
  return [...all].reverse().reduce((rest, { start, end, text }) => rest.slice(0, start) + text + rest.slice(end), whole)
}
