import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Sample } from '../../src/monitoring/sample.ts'
import { Threshold, type ThresholdOptions } from '../../src/monitoring/threshold.ts'

/** Samples of one process with these amounts of memory, a second apart, the first at its start. */
function samplesOf(...amounts: number[]): Sample[] {
  return amounts.map((memory, index) => sampleOf({ nth: index + 1, at: index * 1000, uptime: index * 1000, memory }))
}

function sampleOf(change: Partial<Sample>): Sample {
  const place = { pid: 7, parent: 1, group: 7, session: 7, startedAt: 1, state: 'running' as const }
  const use = { cpuTime: 0, memory: 0, threads: 1, cpu: undefined, window: 1000, late: 0 }
  return { ...place, ...use, nth: 2, at: 1000, uptime: 1000, ...change }
}

/** What a threshold for 100 bytes says to each of these samples. */
function verdicts(
  samples: readonly (Sample | undefined)[],
  options: ThresholdOptions = {},
  of: 'memory' | 'cpu' = 'memory',
) {
  const threshold = new Threshold(of, 100, options)
  return samples.map((sample) => threshold.feed(sample))
}

const NO = undefined

describe('a threshold', () => {
  test('is raised by so many samples in a row, and only once', () => {
    assert.deepEqual(verdicts(samplesOf(0, 101, 101, 101, 101, 500, 101)), [NO, NO, NO, 'raised', NO, NO, NO])
    assert.deepEqual(verdicts(samplesOf(0, 101, 101), { samples: 1 }), [NO, 'raised', NO])
  })

  test('counts anew after a sample that is not over the limit', () => {
    assert.deepEqual(verdicts(samplesOf(0, 101, 101, 100, 101, 101, 101)), [NO, NO, NO, NO, NO, NO, 'raised'])
  })

  test('does not judge the first sample of a process, and none without a value', () => {
    assert.deepEqual(verdicts(samplesOf(500, 500), { samples: 1 }), [NO, 'raised'])
    assert.deepEqual(verdicts([sampleOf({ cpu: undefined })], { samples: 1 }, 'cpu'), [NO])
  })

  test('is cleared by as many samples that are below it by the hysteresis, and can be raised again', () => {
    const samples = samplesOf(0, 101, 101, 91, 90, 101, 90, 90, 101, 101)
    const expected = [NO, NO, 'raised', NO, NO, NO, NO, 'cleared', NO, 'raised']
    assert.deepEqual(verdicts(samples, { samples: 2, hysteresis: 0.1 }), expected)
    assert.deepEqual(verdicts(samplesOf(0, 101, 100), { samples: 1, hysteresis: 0 }), [NO, 'raised', 'cleared'])
  })

  test('counts anew after a missing sample, and stays raised over it', () => {
    const [first, ...over] = samplesOf(0, 101, 101, 101, 101, 101)
    assert.deepEqual(verdicts([first, ...over.slice(0, 2), NO, ...over.slice(2)]), [NO, NO, NO, NO, NO, NO, 'raised'])
    const threshold = new Threshold('memory', 100, { samples: 1 })
    for (const sample of [first, ...over.slice(0, 1), undefined]) threshold.feed(sample)
    assert.equal(threshold.raised, true)
  })

  test('takes no notice of a sample that is not newer than the one before', () => {
    const [first, second] = samplesOf(0, 101)
    assert.deepEqual(verdicts([first, second, second, second, first]), [NO, NO, NO, NO, NO])
  })

  test('begins with the grace after the start of a process', () => {
    const samples = samplesOf(0, 101, 101, 101, 101, 101)
    assert.deepEqual(verdicts(samples, { grace: 3000 }), [NO, NO, NO, NO, NO, 'raised'])
  })

  test('credits nothing to a process that takes the place of another one', () => {
    for (const change of [{ pid: 8 }, { startedAt: 2 }]) {
      const before = samplesOf(0, 101, 101)
      const after = samplesOf(0, 101, 101, 101).map((sample) => ({ ...sample, at: sample.at + 9000, ...change }))
      assert.deepEqual(verdicts([...before, ...after]), [NO, NO, NO, NO, NO, NO, 'raised'])
      // Once more for the one that was over the limit already.
      assert.deepEqual(verdicts([...samplesOf(0, 101), ...after], { samples: 1 }).slice(2), [NO, 'raised', NO, NO])
    }
  })

  for (const limit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`refuses a limit of ${limit}`, () => {
      assert.throws(() => new Threshold('memory', limit), {
        code: 'ERR_BAD_THRESHOLD',
        message: `Cannot use ${limit} as a limit of memory: expected more than 0`,
      })
    })
  }

  for (const bad of [{ samples: 0 }, { samples: 1.5 }, { hysteresis: 1 }, { hysteresis: -0.1 }, { grace: -1 }]) {
    test(`refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => new Threshold('cpu', 1, bad), { code: 'ERR_BAD_THRESHOLD' })
    })
  }
})
