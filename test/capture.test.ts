import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { Capture } from '../src/capture.ts'
import type { Handle, Source } from '../src/contracts/driver.ts'
import type { OutputEntry, OutputLimit, OutputType } from '../src/output-log.ts'

const everything: OutputLimit = { limit: 1_000_000, onOverflow: 'truncate', keep: 'head' }

describe('a capture', () => {
  test('gives the memory of each piece back that it copied, and keeps the first as it came', () => {
    const { say, recycled } = captured(everything)
    const pieces = ['first', 'second', 'third'].map((text) => say('out', text))
    assert.deepEqual(recycled, pieces.slice(1))
  })

  test('gives the memory of what it does not keep back', () => {
    const { say, recycled } = captured(everything, ['out'])
    assert.deepEqual([say('out', 'first')], recycled)
    const cut = captured({ ...everything, limit: 3 })
    assert.deepEqual([cut.say('out', 'four')], cut.recycled)
    assert.equal(text(cut.capture.out?.bytes()), 'fou')
  })

  test('gives nothing back that a listener keeps', () => {
    const { capture, say, recycled } = captured(everything)
    capture.listen(() => {}, { keeps: true })
    for (const word of ['first', 'second', 'third']) say('out', word)
    assert.deepEqual(recycled, [])
  })

  test('is held while somebody pauses it, or holds one of its streams, and flows on when all are done', () => {
    const { capture, calls, hold } = captured(everything)
    assert.equal(capture.held, false)
    for (const type of ['out', 'err'] as const) {
      hold(type, true)
      assert.deepEqual([capture.held, capture.paused], [true, false])
      hold(type, false)
    }
    capture.pause()
    capture.pause()
    capture.resume()
    assert.deepEqual([capture.held, capture.paused], [true, true])
    capture.resume()
    assert.deepEqual([capture.held, capture.paused], [false, false])
    assert.deepEqual(calls, ['out pause', 'err pause', 'out resume', 'err resume'])
  })

  test('is held by nobody any more once it was released', () => {
    const { capture, calls } = captured(everything)
    capture.pause()
    capture.release()
    assert.deepEqual(calls.splice(0), ['out pause', 'err pause', 'out resume', 'err resume'])
    capture.pause()
    capture.resume()
    assert.deepEqual([capture.held, calls], [false, []])
    const flowing = captured(everything)
    flowing.capture.release()
    assert.deepEqual(flowing.calls, [])
  })

  test('gives up one stream, or both', () => {
    const { capture, calls } = captured(everything)
    capture.closeOutput()
    assert.deepEqual(calls.splice(0), ['out close'])
    capture.close()
    assert.deepEqual(calls, ['out close', 'err close'])
  })

  test('makes nothing for a stream that says nothing', () => {
    const { capture, say } = captured(everything)
    say('err', 'only here')
    assert.equal(capture.out, undefined)
    assert.equal(text(capture.err?.bytes()), 'only here')
  })

  test('tells who comes late what is kept of both streams, in the order in which it came', () => {
    const said = fc.array(fc.tuple(fc.constantFrom<OutputType>('out', 'err'), fc.integer({ min: 1, max: 9 })), {
      maxLength: 3000,
      size: 'max',
    })
    const limits = fc.record({ keep: fc.constantFrom('head', 'tail'), limit: fc.oneof(fc.nat(50), fc.nat(20_000)) })
    fc.assert(
      fc.property(said, limits, (list, { keep, limit }) => {
        const { capture, say } = captured({ keep, limit, onOverflow: 'truncate' })
        for (const [index, [type, length]] of list.entries()) say(type, character(index).repeat(length))
        assert.equal(heardLate(capture), expected(list, { keep, limit }))
      }),
      // Lists so long take hours to shrink; the seed and the path that are printed find this one again.
      { numRuns: 200, endOnFailure: true },
    )
  })

  test('knows the order also after a piece larger than all that is kept made it forget some of it', () => {
    const { capture, say } = captured({ keep: 'tail', limit: 2, onOverflow: 'truncate' })
    for (let count = 0; count < 3000; count++) {
      say('err', 'many')
      say('out', 'many')
    }
    for (const [index, word] of [...'abcd'].entries()) say(index % 2 ? 'err' : 'out', word)
    assert.equal(heardLate(capture), 'out a,err b,out c,err d,')
  })

  test('forgets in which order came what it does not keep', () => {
    const { capture, say } = captured({ keep: 'tail', limit: 100, onOverflow: 'truncate' })
    for (let count = 0; count < 10_000; count++) say(count % 2 ? 'out' : 'err', 'x')
    const before = heap()
    for (let count = 0; count < 500_000; count++) say(count % 2 ? 'out' : 'err', 'x')
    const more = heap() - before
    assert(more < 1_000_000, `${more} bytes more`)
    assert.equal(capture.arrivals, 510_000)
  })

  test('tells who comes while another one is told each piece once', () => {
    const { capture, say } = captured(everything)
    let late = ''
    const quit = capture.listen(() => {
      quit()
      capture.listen(({ data }) => {
        late += text(data)
      })
    })
    say('out', 'a')
    say('out', 'b')
    assert.equal(late, 'ab')
  })

  test('goes on without a listener that throws, and reports it', () => {
    const { capture, say, faults } = captured(everything)
    let heard = 0
    capture.listen(() => {
      heard++
      throw new Error('no')
    })
    say('out', 'a')
    say('out', 'b')
    assert.deepEqual([heard, faults.length, text(capture.out?.bytes())], [1, 1, 'ab'])
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** The memory that is in use. */
function heap(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** A capture over two streams that say what they are told to. */
function captured(limit: OutputLimit, quiet: readonly OutputType[] = []) {
  const recycled: Uint8Array[] = []
  const faults: unknown[] = []
  const calls: string[] = []
  const held: Partial<Record<OutputType, boolean>> = {}
  const hold = (type: OutputType, state: boolean): void => {
    held[type] = state
  }
  const flows: Partial<Record<OutputType, (bytes: Uint8Array) => void>> = {}
  const source = (type: OutputType): Source => ({
    flow: (onBytes) => {
      flows[type] = onBytes
    },
    recycle: (bytes) => {
      if (recycled.length < 10) recycled.push(bytes)
    },
    pause: () => void calls.push(`${type} pause`),
    resume: () => void calls.push(`${type} resume`),
    close: () => void calls.push(`${type} close`),
    get held() {
      return held[type] ?? false
    },
  })
  const handle = { stdout: source('out'), stderr: source('err') } as unknown as Handle
  const onFault = (error: unknown) => faults.push(error)
  const capture = new Capture(handle, { limit, quiet }, { onOverflow: () => {}, onEnd: () => {}, onFault })
  capture.begin(handle)
  const say = (type: OutputType, words: string): Uint8Array => {
    const bytes = Buffer.from(words, 'latin1')
    flows[type]?.(bytes)
    return bytes
  }
  return { capture, recycled, faults, say, calls, hold }
}

function heardLate(capture: Capture): string {
  let heard = ''
  capture.listen((entry) => {
    heard += marked(entry)
  })
  return heard
}

function character(index: number): string {
  return String.fromCharCode(33 + (index % 200))
}

/** Each character with the stream that it came from. */
function marked({ type, data }: OutputEntry): string {
  return [...text(data)].map((one) => `${type} ${one},`).join('')
}

function expected(
  list: readonly (readonly [OutputType, number])[],
  { keep, limit }: Pick<OutputLimit, 'keep' | 'limit'>,
): string {
  const all = list.flatMap(([type, length], index) =>
    Array.from({ length }, () => ({ type, mark: `${type} ${character(index)},` })),
  )
  const kept = { out: limit, err: limit }
  const fits = ({ type }: { type: OutputType }): boolean => kept[type]-- > 0
  const chosen = keep === 'head' ? all.filter(fits) : all.toReversed().filter(fits).toReversed()
  return chosen.map(({ mark }) => mark).join('')
}

function text(bytes: Uint8Array = new Uint8Array(0)): string {
  return Buffer.from(bytes).toString('latin1')
}
