import { expect, test } from 'vitest'
import { Process } from '../../src/index.ts'
import { currentBranch, upload } from './after.ts'
import '../../src/vitest/index.ts'

const rsync = Process.describe().output('  1,024  50%').after('2m').output('  2,048 100%')

test('knows the branch', async () => {
  Process.fake({ 'git rev-parse *': 'main\n' })
  expect(await currentBranch()).toBe('main')
  expect(Process).toHaveRan('git rev-parse --abbrev-ref HEAD')
})

test('fails outside of a repository', async () => {
  Process.fake({ 'git *': Process.result('', 'fatal: not a git repository', 128) })
  await expect(currentBranch()).rejects.toThrow('not a git repository')
})

test('uploads and tells how far it is', async () => {
  Process.fake({ 'rsync *': rsync })
  const seen: number[] = []
  await upload('photos', (percent) => seen.push(percent))
  expect(seen).toEqual([50, 100])
  expect(Process).toHaveRanInOrder([['rsync', '-a', '--info=progress2', 'photos', 'server:/srv']])
})

test('fails with what rsync says', async () => {
  Process.fake({ 'rsync *': Process.result('', 'connection refused', 12) })
  await expect(upload('photos', () => {})).rejects.toThrow('connection refused')
})

test('gives up after five minutes', async () => {
  const fake = Process.fake({ 'rsync *': Process.describe().hangs() })
  const begin = +fake.now()
  await expect(upload('photos', () => {})).rejects.toMatchObject({ code: 'ERR_PROCESS_TIMED_OUT' })
  expect(+fake.now() - begin).toBe(5 * 60_000)
})

test('gives up also when rsync does not listen', async () => {
  Process.fake({ 'rsync *': Process.describe().ignores('SIGTERM').hangs() })
  await expect(upload('photos', () => {})).rejects.toMatchObject({ code: 'ERR_PROCESS_TIMED_OUT' })
  expect(Process).toHaveSignalled('rsync *', 'SIGKILL')
})

test('fails where there is no rsync', async () => {
  Process.fake({ 'rsync *': Process.describe().failsToStart('ENOENT') })
  await expect(upload('photos', () => {})).rejects.toThrow('ENOENT')
})
