import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createProcess } from '../src/index.ts'

test('secrets are taken out of the command and of both streams in a message', async () => {
  const process = createProcess()
  using _ = process.fake({ '*': process.result('token=abc123', 'bad token abc123', 1) })
  const result = await process.redact('hunter2', /abc\d+/).run(['login', '--password', 'hunter2'])
  const message = catchMessage(() => result.throw())
  assert.match(message, /login --password \[redacted\]/)
  assert.match(message, /token=\[redacted\]/)
  assert.match(message, /bad token \[redacted\]/)
  assert.doesNotMatch(message, /hunter2|abc123/)
})

test('the result itself keeps what was written', async () => {
  const process = createProcess()
  using _ = process.fake({ '*': 'abc123' })
  assert.equal((await process.redact(/abc\d+/).run('show')).output(), 'abc123')
})

test('a command that an abort kept from starting is redacted as well', async () => {
  const process = createProcess()
  using _ = process.fake()
  const run = process.redact('hunter2').abortSignal(AbortSignal.abort('no')).run('login hunter2')
  await assert.rejects(run, { message: 'Command cancelled: login [redacted]: its abort signal was aborted' })
})

function catchMessage(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
