import { Process } from 'rehearsal'
import { describe, expect, test } from 'vitest'

const shortIsOver = Promise.withResolvers<void>()

describe.concurrent('side by side', () => {
  test('passes: a rehearsal lives on when a test beside it ends', async () => {
    Process.fake({ 'echo *': 'rehearsed' })
    await shortIsOver.promise
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    expect((await Process.run('echo on')).output()).toBe('rehearsed')
  })

  test('passes: one that ends at once', () => shortIsOver.resolve())
})

test('passes: what they have forgotten is restored when all of them are over', () => {
  expect(() => Process.recorded()).toThrow(/nothing is recorded/)
})
