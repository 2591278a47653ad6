import { createProcess, Process, type ProcessFactory } from 'rehearsal'
import { describe, expect, test } from 'vitest'

const CASES = Array.from({ length: 1000 }, (_, index) => index)
const [withCallbacks, withInstances] = [crowd(), crowd()]

/** Code under test, which asks three times, with a pause in between. */
async function ask(process: ProcessFactory): Promise<readonly unknown[]> {
  const answers: unknown[] = []
  for (let round = 0; round < 3; round++) {
    const result = await process.run('who am i')
    answers.push(result.output(), result.exitCode(), result.durationMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return answers
}

/** What `who am i` answers in one case, different from what it answers in all others. */
function rulesFor(index: number) {
  const who = Process.describe().after(index).output(`${index}`)
  return { 'who *': who.exitCode(index % 256), [`only ${index}`]: '' }
}

function answersOf(index: number): readonly unknown[] {
  const answer = [`${index}\n`, index % 256, index]
  return [...answer, ...answer, ...answer]
}

/** Counts how many run at the same time. */
function crowd() {
  let running = 0
  const counter = {
    most: 0,
    join: async (act: () => Promise<void>): Promise<void> => {
      counter.most = Math.max(counter.most, ++running)
      await act().finally(() => running--)
    },
  }
  return counter
}

describe.concurrent('a thousand tests at once, each with a callback', () => {
  test.each(CASES)('passes: case %i sees its own rules and runs, and nobody else sees them', (index) =>
    withCallbacks.join(() =>
      Process.fake(rulesFor(index), async (fake) => {
        expect(await ask(Process)).toEqual(answersOf(index))
        expect(fake.driver.clock.monotonic()).toBe(3 * index)
        expect(Process).toHaveRanInOrder(['who am i', 'who am i', 'who am i'])
        expect(Process).not.toHaveUsedAllFakes()
      }),
    ),
  )
})

describe.concurrent('a thousand tests at once, each with an instance that it hands in', () => {
  test.each(CASES)('passes: case %i sees its own rules and runs, and nobody else sees them', (index) =>
    withInstances.join(async () => {
      const process = createProcess()
      using fake = process.fake(rulesFor(index))
      expect(await ask(process)).toEqual(answersOf(index))
      expect(fake.driver.clock.monotonic()).toBe(3 * index)
      expect(process).toHaveRanTimes('who am i', 3)
    }),
  )
})

test('passes: all of each group did run at once', () => {
  expect([withCallbacks.most, withInstances.most]).toEqual([CASES.length, CASES.length])
})
