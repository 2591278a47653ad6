import { createProcess, Process } from 'rehearsal'
import { beforeEach, expect, test } from 'vitest'

beforeEach(async () => {
  Process.fake({ 'git *': 'ok', cat: Process.describe().hangs(), 'svn *': '' })
  await Process.run('git fetch')
  await Process.run(['git', 'push', 'origin'])
  const cat = await Process.start('cat')
  await cat.write('some text')
  await cat.signal('SIGUSR1').stop()
})

test('passes: what is the case', () => {
  expect(Process).toHaveRan('git push *')
  expect(Process).toHaveRan('git *', ({ text }, result) => text.endsWith('fetch') && result?.successful())
  expect(Process).toHaveRanTimes(/^git/, 2)
  expect(Process).toHaveRanInOrder(['git fetch', ['git', 'push', 'origin'], () => true])
  expect(Process).toHaveRanCount(3)
  expect(Process).toHaveSignalled('cat', 'SIGUSR1')
  expect(Process).toHaveSignalled('cat', 15)
  expect(Process).toHaveStopped('cat')
  expect(Process).toHaveReceivedInput('cat', 'some text')
})

test('passes: not what is not', async () => {
  expect(Process).not.toHaveRan('rm *')
  expect(Process).not.toHaveRan('git *', (_, result) => result?.failed())
  expect(Process).not.toHaveRanTimes('git *', 1)
  expect(Process).not.toHaveRanInOrder(['git *', 'git *'])
  expect(Process).not.toHaveRanNothing()
  expect(Process).not.toHaveRanCount(2)
  expect(Process).not.toHaveSignalled('cat', 'SIGINT')
  expect(Process).not.toHaveStopped('git *')
  expect(Process).not.toHaveReceivedInput('cat', 'another text')
  expect(Process).not.toHaveUsedAllFakes()
  await Process.run('svn up')
  expect(Process).toHaveUsedAllFakes()
})

test('passes: an instance, a rehearsal and a spy are known as well, also afterwards', async () => {
  const own = createProcess()
  const fake = own.fake('')
  await own.run('ls')
  expect(own).toHaveRan('ls')
  const spy = own.spy()
  await own.run('pwd')
  spy.restore()
  fake.restore()
  expect(spy).toHaveRanInOrder(['pwd'])
  expect(fake).toHaveRanInOrder(['ls'])
  expect(Process).not.toHaveRan('ls')
})

test('FAILS: with what did run', () => {
  expect(Process).toHaveRan('git pull')
})

test('FAILS: with the opposite and what did run', () => {
  expect(Process).not.toHaveRan('git push *')
})

test('FAILS: of something that runs nothing', () => {
  expect('git').toHaveRan('git *')
})

test('passes: types', () => {
  // @ts-expect-error Times are a number.
  expect(() => expect(Process).toHaveRanTimes('git *', 'once')).toThrow()
  // @ts-expect-error There is no such signal.
  expect(() => expect(Process).toHaveSignalled('cat', 'SIGNOTHING')).toThrow()
})
