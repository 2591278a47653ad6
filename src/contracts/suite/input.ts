import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ProcessTimedOutError } from '../../errors.ts'
import type { ProcessInput } from '../../settings.ts'
import type { Handle } from '../driver.ts'
import type { Step } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { READY, ready } from './readiness.ts'
import { rejection } from './rejection.ts'

const ECHO: Step = { echo: 'in' }
const MEGABYTE = 1024 * 1024

/** The same text in every form that an input may have. */
const FORMS: Readonly<Record<string, () => ProcessInput>> = {
  text: () => 'one\ntwö',
  bytes: () => Buffer.from('one\ntwö'),
  'a stream': () => Readable.from(['one\n', Buffer.from('twö')]),
  'a run of pieces over time': () => piecesOf('one\n', Buffer.from('twö')),
  'a list of pieces': () => ['one\n', Buffer.from('twö')],
}

/** What a process reads. */
export const input: Topic = {
  name: 'input',
  cases(fact) {
    fact('no input is end-of-file', async (stage) => {
      const handle = await stage.start([{ read: 'all' }, { write: 'out', data: 'over' }])
      assert.equal(handle.stdin, undefined)
      assert.equal(await stage.text(handle.stdout), 'over')
    })

    fact('a run without an input reads end-of-file', async ({ process, actor }) => {
      const result = await process.run(actor({ read: 'all' }, { write: 'out', data: 'over' }))
      assert.equal(result.output(), 'over')
    })

    fact('what is written to a sink is read, to its end', async (stage) => {
      const handle = await stage.start([ECHO, { write: 'out', data: 'over' }], { stdin: 'pipe' })
      assert.equal(await write(stage, handle, 'one\n'), true)
      assert.equal(await write(stage, handle, 'two\n'), true)
      handle.stdin?.end()
      assert.equal(await stage.text(handle.stdout), 'one\ntwo\nover')
    })

    for (const [form, make] of Object.entries(FORMS)) {
      fact(`${form} arrives unchanged`, async ({ process, actor }) => {
        const result = await process.input(make()).run(actor(ECHO))
        assert.equal(result.output(), 'one\ntwö')
      })
    }

    for (const text of ['', '0']) {
      fact(`the text ${JSON.stringify(text)} is an input like any other`, async ({ process, actor }) => {
        const result = await process.input(text).run(actor(ECHO, { write: 'err', data: 'over' }))
        assert.deepEqual([result.output(), result.errorOutput()], [text, 'over'])
      })
    }

    fact('a character that is cut between two pieces arrives whole', async ({ process, actor }) => {
      const bytes = Buffer.from('grüße €')
      const pieces = [...bytes].map((byte) => Uint8Array.of(byte))
      const result = await process.input(piecesOf(...pieces)).run(actor(ECHO))
      assert.equal(result.output(), 'grüße €')
    })

    fact('reading a line consumes no more than the line', async ({ process, actor }) => {
      const result = await process.input('one\ntwo\nthree').run(actor({ read: 'line' }, { read: 'line' }, ECHO))
      assert.equal(result.output(), 'three')
    })

    fact('reading so many bytes consumes so many', async ({ process, actor }) => {
      const result = await process.input(['ab', 'cdef', 'gh']).run(actor({ read: 5 }, ECHO))
      assert.equal(result.output(), 'fgh')
    })

    fact('reading more than there is ends at end-of-file', async ({ process, actor }) => {
      const result = await process.input('ab').run(actor({ read: 5 }, { read: 'line' }, ECHO))
      assert.deepEqual([result.output(), result.exitCode()], ['', 0])
    })

    fact('reading all leaves nothing', async ({ process, actor }) => {
      const result = await process.input('one\ntwo').run(actor({ read: 'all' }, ECHO))
      assert.deepEqual([result.output(), result.exitCode()], ['', 0])
    })

    fact(
      'a dialogue answers the lines that it knows, and leaves the rest after the last',
      async ({ process, actor }) => {
        const replies = [
          { when: 'ping', write: 'pong\n' },
          { when: 'quit', write: 'bye\n', last: true },
        ]
        const result = await process.input('ping\nhm\nping\r\nquit\nrest').run(actor({ reply: replies }, ECHO))
        assert.equal(result.output(), 'pong\npong\nbye\nrest')
      },
    )

    fact('a started process can be talked with', async ({ process, actor }) => {
      const invoked = await process.start(
        actor({ reply: [{ when: '*', write: 'yes\n' }] }, { write: 'out', data: 'bye' }),
      )
      assert.equal(await invoked.write('are you there?\n'), true)
      assert.equal(await invoked.waitUntil((_type, line) => line === 'yes'), true)
      invoked.endInput()
      assert.equal((await invoked.wait()).output(), 'yes\nbye')
    })

    fact('waiting ends the input of a process that was never written to', async ({ process, actor }) => {
      const invoked = await process.start(actor({ read: 'all' }, { write: 'out', data: 'over' }))
      assert.equal((await invoked.wait()).output(), 'over')
    })

    fact('nothing can be written after the end of the input', async ({ process, actor }) => {
      const invoked = await process.start(actor(ECHO))
      assert.equal(await invoked.write('one'), true)
      invoked.endInput()
      assert.equal(await invoked.write('two'), false)
      assert.equal((await invoked.wait()).output(), 'one')
    })

    fact('a write to a process that has closed its stdin is lost', async (stage) => {
      const { handle } = await ready(stage, [{ close: 'in' }, READY, { hang: true }], { stdin: 'pipe' })
      assert.equal(await write(stage, handle, 'one'), false)
      assert.equal(await write(stage, handle, 'two'), false)
    })

    fact('a write to a process that is over is lost', async (stage) => {
      const invoked = await stage.process.start(stage.actor({ exit: 3 }))
      await stage.until(() => !invoked.running())
      assert.equal(await invoked.write('one'), false)
      assert.equal((await invoked.wait()).exitCode(), 3)
    })

    fact('a process that reads nothing of a large input ends as it likes', async ({ process, actor }) => {
      const result = await process.input(Buffer.alloc(MEGABYTE)).run(actor({ exit: 3 }))
      assert.deepEqual(result.outcome, { kind: 'exited', code: 3 })
    })

    fact('an endless input is left when the process has read enough', async (stage) => {
      const lines = endless()
      const result = await stage.process
        .input(lines)
        .run(stage.actor({ read: 'line' }, { write: 'out', data: 'enough' }))
      assert.equal(result.output(), 'enough')
      await stage.until(() => lines.left, 'the return of the iterable')
    })

    fact(
      'an input that fails ends the process, and the run fails with its error',
      async ({ process, actor, driver }) => {
        const invoked = await process.input(failing()).start(actor({ read: 'all' }, { hang: true }))
        await assert.rejects(invoked.wait(), { message: 'no more pages' })
        assert.equal(await driver.processes.isRunning(invoked.id()), false)
      },
    )

    fact('an input that never comes does not hold up a time limit', async ({ process, actor }) => {
      const pending = process.input(silent()).timeout('100ms')
      await rejection(ProcessTimedOutError, pending.run(actor(ECHO)))
    })

    fact('a pending process can be run again with the same text', async ({ process, actor }) => {
      const pending = process.command(actor(ECHO)).input('again')
      const results = [await pending.run(), await pending.run()]
      assert.deepEqual(
        results.map((result) => result.output()),
        ['again', 'again'],
      )
    })
  },
}

function write(stage: Stage, handle: Handle, text: string): Promise<boolean> {
  assert(handle.stdin, 'the command was to have a pipe here')
  return stage.drive(handle.stdin.write(Buffer.from(text)))
}

async function* piecesOf(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  yield* pieces
}

async function* failing(): AsyncGenerator<string> {
  yield 'one page\n'
  throw new Error('no more pages')
}

/** Waits for ever for its first piece. */
function silent(): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
}

/** Lines without end, that know whether their reader has left. */
function endless(): AsyncIterable<string> & { left: boolean } {
  return {
    left: false,
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) yield `${'x'.repeat(1000)}\n`
      } finally {
        this.left = true
      }
    },
  }
}
