import { Process } from 'rehearsal'
import { beforeEach, describe, expect, test } from 'vitest'

test('passes: forgets a rehearsal, a spy and a process that it has started', async () => {
  Process.fake({ server: Process.describe().hangs() })
  await Process.start('server')
  Process.spy()
})

test('passes: sees nothing of what another one has forgotten', async () => {
  expect(() => Process.recorded()).toThrow(/nothing is recorded/)
  expect(Process.active()).toEqual([])
  expect((await Process.run('echo real')).output()).toBe('real\n')
})

describe('with a rehearsal for each test', () => {
  beforeEach(() => void Process.fake({ 'echo *': 'rehearsed' }))

  for (const name of ['one', 'another']) {
    test(`passes: ${name} begins with a new one`, async () => {
      expect(Process).toHaveRanNothing()
      expect((await Process.run('echo on')).output()).toBe('rehearsed')
      expect(Process).toHaveRanCount(1)
    })
  }
})
