import { Process, StrayProcessError } from 'rehearsal'
import { expect, test } from 'vitest'

async function cleanUp(): Promise<void> {
  try {
    await Process.run('rm -rf build')
  } catch {
    // Code like this hides what it has tried to run.
  }
}

test('FAILS: a stray that the code has swallowed', async () => {
  await cleanUp()
})

test('FAILS: a stray of a rehearsal that the code has swallowed', async () => {
  using _ = Process.fake({ 'git *': 'ok' })
  await cleanUp()
})

test('passes: nothing is left of the stray of another test', async () => {
  expect(Process.takeStrays()).toEqual([])
})

test('passes: what is on the list runs for real', async () => {
  expect((await Process.run('echo real')).output()).toBe('real\n')
})

test('passes: a stray that the test itself expects and takes', async () => {
  await expect(Process.run('rm -rf build')).rejects.toThrow(StrayProcessError)
  expect(Process.takeStrays()).toHaveLength(1)
})
