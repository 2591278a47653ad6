import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { LineCutter } from '../src/text.ts'

test('lines are the same however the text is cut, one by one or together', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', '€', '\r', '\n'), maxLength: 6 }), { maxLength: 12 })
  const together = fc.infiniteStream(fc.boolean())
  fc.assert(
    fc.property(pieces, together, (list, ways) => {
      const cutter = new LineCutter()
      const lines: string[] = []
      for (const piece of list) {
        cutter.add(piece)
        if (ways.next().value) lines.push(...cutter.all())
        for (let line = cutter.next(); line !== undefined; line = cutter.next()) {
          lines.push(line)
          if (ways.next().value) lines.push(...cutter.all())
        }
      }
      const last = cutter.rest()
      assert.deepEqual(last === undefined ? lines : [...lines, last], linesOf(list.join('')))
    }),
    { numRuns: 1000 },
  )
})

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  const last = lines.pop()
  return [...lines.map((line) => line.replace(/\r$/, '')), ...(last ? [last] : [])]
}
