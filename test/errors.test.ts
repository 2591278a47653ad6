import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, ProcessStartError } from '../src/index.ts'

describe('what an error says', () => {
  const process = createProcess()
  process.fake({
    both: process.describe().output('  said').errorOutput('cried').exitCode(3),
    silent: process.describe().exitCode(1),
    hang: process.describe().output('ready').hangs(),
    crash: process.describe().crashes(),
    much: process.describe().output('x'.repeat(20)).hangs(),
  })
  const saying = async (act: () => Promise<unknown>): Promise<string> =>
    act().then(
      () => assert.fail('nothing was thrown'),
      (error: Error) => error.message,
    )

  test('of a failure is the code, or the signal, and the end of each stream that there is', async () => {
    const failed = async (command: string) => saying(async () => (await process.run(command)).throw())
    assert.equal(await failed('both'), 'Command failed: both: exit code 3\n\nOutput:\n  said\n\nError output:\ncried')
    assert.equal(await failed('silent'), 'Command failed: silent: exit code 1')
    assert.match(await failed('crash'), /^Command failed: crash: killed by SIG[A-Z]+$/)
  })

  test('of a limit is what was exceeded, and what was said until then', async () => {
    assert.equal(
      await saying(() => process.timeout('2s').run('hang')),
      'Command timed out: hang: still running after 2000 ms\n\nOutput:\nready',
    )
    assert.equal(
      await saying(() => process.forever().idleTimeout(40).run('hang')),
      'Command timed out: hang: no output for 40 ms\n\nOutput:\nready',
    )
    assert.equal(
      await saying(() => process.maxOutput(10).run('much')),
      `Command stopped: much: wrote more than 10 bytes\n\nOutput:\n${'x'.repeat(10)}`,
    )
  })

  test('of a start is the reason in words, where there are some', () => {
    const reasons = ['ENOENT', 'EACCES', 'EXDEV'].map((errno) => new ProcessStartError('git', errno).message)
    assert.deepEqual(reasons, [
      'Cannot start "git": file not found in PATH',
      'Cannot start "git": permission denied',
      'Cannot start "git": EXDEV',
    ])
    const folders = ['ENOENT', 'ENOTDIR', 'EIO'].map((errno) => ProcessStartError.inFolder('git', '/a', errno).message)
    assert.deepEqual(folders, [
      'Cannot start "git": folder "/a": not found',
      'Cannot start "git": folder "/a": not a folder',
      'Cannot start "git": folder "/a": EIO',
    ])
  })

  test('has a cause only where there is one', () => {
    assert.equal('cause' in new ProcessStartError('git', 'ENOENT'), false)
    const cause = new Error('why')
    assert.equal(new ProcessStartError('git', 'ENOENT', { cause }).cause, cause)
  })
})
