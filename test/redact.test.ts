import assert from 'node:assert/strict'
import { inspect } from 'node:util'
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

test('a secret that the cut of an output goes through is taken out whole', async () => {
  const process = createProcess()
  const secret = 'abcdefghijklmnopqrst'
  const shown = async (after: number, ...redact: (string | RegExp)[]) => {
    using _ = process.fake({ '*': process.result(`${'.'.repeat(9000)}${secret}${'x'.repeat(after)}`, '', 1) })
    const result = await process.redact(...redact).run('show')
    return catchMessage(() => result.throw())
  }
  for (let after = 2020; after < 2060; after++) {
    for (const redact of [secret, /a[b-t]+/]) assert.doesNotMatch(await shown(after, redact), /[f-t]x/)
  }
  const long = await shown(10, `.${secret}${'x'.repeat(10)}`)
  assert.match(long, /\.\[redacted\]$/)
})

test('an output that begins with the end of a secret, and is not cut, is shown whole', async () => {
  const process = createProcess()
  using _ = process.fake({ '*': process.result('ter2 was here', '', 1) })
  const result = await process.redact('hunter2').run('show')
  assert.match(
    catchMessage(() => result.throw()),
    /ter2 was here/,
  )
})

test('errors of a start are redacted, with what caused them', async () => {
  const process = createProcess().redact('hunter2')
  const missing = await rejectionOf(process.start(['no-such-hunter2', 'hunter2']))
  assert.match(missing.message, /^Cannot start "no-such-\[redacted\]"/)
  assert.doesNotMatch(inspect(missing, { depth: 5 }), /hunter2/)
  const folder = await rejectionOf(process.path('/hunter2').start('true'))
  assert.match(folder.message, /folder "\/\[redacted\]"/)
})

test('so are strays, misses of a rehearsal and vetoes', async () => {
  const factory = createProcess()
  const pending = factory.redact('hunter2').command('login hunter2')
  {
    using _ = factory.fake({ other: '' })
    assert.doesNotMatch((await rejectionOf(pending.run())).message, /hunter2/)
  }
  const leave = factory.events.on('beforeStart', (event) => event.veto(`no ${event.command}`))
  assert.doesNotMatch((await rejectionOf(pending.run())).message, /login hunter2/)
  leave()
  factory.preventStrayProcesses()
  assert.doesNotMatch((await rejectionOf(pending.run())).message, /hunter2/)
})

async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert(error instanceof Error)
  return error
}

function catchMessage(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('nothing was thrown')
}
