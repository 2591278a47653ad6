import { type ChildProcess, exec, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { currentBranch, upload } from './before.ts'

vi.mock('node:child_process', () => ({ exec: vi.fn(), spawn: vi.fn() }))

/** Looks as much like a child process as these tests happen to need. */
function fakeChild() {
  const child = Object.assign(new EventEmitter(), {
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
    kill: vi.fn(() => child.emit('close', null, 'SIGTERM')),
  })
  vi.mocked(spawn).mockReturnValue(child as unknown as ReturnType<typeof spawn>)
  return child
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.resetAllMocks()
})

test('knows the branch', async () => {
  vi.mocked(exec).mockImplementation(((_: string, done: (error: null, stdout: string) => void) => {
    done(null, 'main\n')
    return new EventEmitter() as ChildProcess
  }) as unknown as typeof exec)
  expect(await currentBranch()).toBe('main')
  expect(exec).toHaveBeenCalledWith('git rev-parse --abbrev-ref HEAD', expect.any(Function))
})

test('fails outside of a repository', async () => {
  vi.mocked(exec).mockImplementation(((_: string, done: (error: Error) => void) => {
    done(new Error('Command failed: fatal: not a git repository'))
    return new EventEmitter() as ChildProcess
  }) as unknown as typeof exec)
  await expect(currentBranch()).rejects.toThrow('not a git repository')
})

test('uploads and tells how far it is', async () => {
  const child = fakeChild()
  const seen: number[] = []
  const done = upload('photos', (percent) => seen.push(percent))
  child.stdout.emit('data', Buffer.from('  1,024  50%\r'))
  child.stdout.emit('data', Buffer.from('  2,048 100%\n'))
  child.emit('close', 0, null)
  await done
  expect(seen).toEqual([50, 100])
  expect(spawn).toHaveBeenCalledWith('rsync', ['-a', '--info=progress2', 'photos', 'server:/srv'])
})

test('fails with what rsync says', async () => {
  const child = fakeChild()
  const done = upload('photos', () => {})
  child.stderr.emit('data', Buffer.from('connection refused'))
  child.emit('close', 12, null)
  await expect(done).rejects.toThrow('connection refused')
})

test('gives up after five minutes', async () => {
  const child = fakeChild()
  const done = upload('photos', () => {})
  vi.advanceTimersByTime(5 * 60_000)
  await expect(done).rejects.toThrow('rsync took too long')
  expect(child.kill).toHaveBeenCalledOnce()
})

test('fails where there is no rsync', async () => {
  const child = fakeChild()
  const done = upload('photos', () => {})
  child.emit('error', new Error('spawn rsync ENOENT'))
  await expect(done).rejects.toThrow('ENOENT')
})
