import assert from 'node:assert/strict'
import { ProcessOutputOverflowError } from '../../errors.ts'
import type { TextEntry } from '../../text.ts'
import type { Handle } from '../driver.ts'
import type { Scenario, Step } from '../scenario.ts'
import type { Stage, Topic } from './harness.ts'
import { rejection } from './rejection.ts'

/** More than any pipe holds: a megabyte in which no byte looks like its neighbours. */
const MUCH = '0123456789abcdef'.repeat(65_536)
const WRITE_MUCH: Step = { write: 'out', data: '0123456789abcdef', times: 65_536 }
const WRITE_FOR_EVER: Step = { write: 'out', data: '0123456789abcdef', times: 1e12 }
const DONE: Step = { write: 'err', data: 'done\n' }
/** Long enough for a process to get further, if only it could. */
const A_WHILE = 100

/** What happens when one side is faster than the other, and how much is kept. */
export const backPressure: Topic = {
  name: 'back-pressure',
  cases(fact) {
    fact('a process gets no further than a full pipe until somebody reads', async (stage) => {
      const { handle, told } = await begun(stage, [WRITE_MUCH, DONE])
      await stage.sleep(A_WHILE)
      assert.equal(told(), 'begun\n')
      assertMuch(await stage.text(handle.stdout))
      await stage.until(() => told() === 'begun\ndone\n', 'going on')
    })

    fact('a pause holds the process back, and after it every byte comes in order', async (stage) => {
      const { handle, told } = await begun(stage, [WRITE_MUCH, DONE])
      const read = readOnePiece(handle)
      await stage.until(() => read().length > 0, 'the first piece')
      const first = read()
      await stage.sleep(A_WHILE)
      assert.deepEqual([told(), read()], ['begun\n', first])
      handle.stdout?.resume()
      await stage.until(() => told() === 'begun\ndone\n' && read() === MUCH, 'all of it')
    })

    fact('a stream that was held back before it flows stays held back', async (stage) => {
      const handle = await stage.start([{ write: 'out', data: 'all of it' }])
      handle.stdout?.pause()
      const output = stage.collect(handle.stdout)
      await stage.exit(handle)
      await stage.sleep(30)
      assert.equal(output(), '')
      handle.stdout?.resume()
      await stage.until(() => output() === 'all of it')
    })

    fact('a stream that nobody reads does not hold up the other one', async (stage) => {
      const handle = await stage.start([{ write: 'err', data: 'unread\n' }, WRITE_MUCH, { exit: 3 }])
      assertMuch(await stage.text(handle.stdout))
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      assert.equal(await stage.text(handle.stderr), 'unread\n')
    })

    fact('a process that waits for its reader dies of a signal', async (stage) => {
      const { handle } = await begun(stage, [WRITE_FOR_EVER])
      await stage.sleep(A_WHILE)
      assert.equal(handle.kill('SIGTERM', 'process'), true)
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGTERM' })
    })

    fact('a process whose reader leaves dies of PIPE', async (stage) => {
      const { handle } = await begun(stage, [WRITE_FOR_EVER])
      handle.stdout?.close()
      assert.deepEqual(await stage.exit(handle), { code: null, signal: 'SIGPIPE' })
    })

    fact('a process that ignores PIPE goes on without a reader', async (stage) => {
      const after: Scenario = [WRITE_MUCH, DONE, { exit: 3 }]
      const { handle, told } = await begun(stage, after, [{ on: 'SIGPIPE', do: 'ignore' }])
      handle.stdout?.close()
      assert.deepEqual(await stage.exit(handle), { code: 3, signal: null })
      await stage.until(() => told() === 'begun\ndone\n', 'going on')
    })

    fact('a writer waits until the process reads', async (stage) => {
      const { handle } = await begun(stage, [{ hang: true }], [{ on: 'SIGUSR2', do: [{ read: 'all' }] }])
      const { writes, taken } = writeMuch(handle)
      await stage.sleep(A_WHILE)
      assert.equal(taken() < writes.length, true)
      handle.kill('SIGUSR2', 'process')
      assert.deepEqual(new Set(await stage.drive(Promise.all(writes))), new Set([true]))
    })

    fact('what a writer waits with is lost when the process ends', async (stage) => {
      const { handle } = await begun(stage, [{ hang: true }])
      const { writes } = writeMuch(handle)
      await stage.sleep(A_WHILE)
      handle.kill('SIGKILL', 'process')
      const results = await stage.drive(Promise.all(writes))
      assert.equal(results.at(-1), false)
    })

    fact('a quiet process waits for who iterates over it', async (stage) => {
      const invoked = await stage.process.quietly().start(stage.actor(WRITE_MUCH))
      const pieces = invoked[Symbol.asyncIterator]()
      const first = await pieces.next()
      await stage.sleep(A_WHILE)
      assert.equal(invoked.running(), true)
      let text = first.value?.data ?? ''
      for await (const { data } of pieces) text += data
      assertMuch(text)
    })

    fact('any other process is not held up by who iterates over it', async (stage) => {
      const invoked = await stage.process.start(stage.actor(WRITE_MUCH))
      await invoked[Symbol.asyncIterator]().next()
      await stage.until(() => !invoked.running(), 'the end')
      assertMuch((await invoked.wait()).output())
    })

    fact('a process that writes more than it may is stopped, and its first bytes are kept', async (stage) => {
      const run = stage.process.maxOutput(20).run(stage.actor(WRITE_MUCH, { hang: true }))
      const error = await rejection(ProcessOutputOverflowError, run)
      assert.equal(error.code, 'ERR_PROCESS_OUTPUT_OVERFLOW')
      assert.deepEqual(error.result.outcome, { kind: 'overflowed', limit: 20 })
      assert.equal(error.result.output(), MUCH.slice(0, 20))
    })

    for (const [keep, kept] of [
      ['head', MUCH.slice(0, 20)],
      ['tail', MUCH.slice(-20)],
    ] as const) {
      fact('a process that exits as it writes too much has written too much', async ({ process, actor }) => {
        const run = process.maxOutput(20).run(actor({ write: 'out', data: 'x', times: 21 }, { exit: 0 }))
        await assert.rejects(run, { code: 'ERR_PROCESS_OUTPUT_OVERFLOW' })
      })

      fact(`of output that may be cut short, the ${keep} is kept`, async ({ process, actor }) => {
        const limited = process.maxOutput(20, { onOverflow: 'truncate', keep })
        const result = await limited.run(actor(WRITE_MUCH, DONE))
        assert.deepEqual([result.successful(), result.output(), result.errorOutput()], [true, kept, 'done\n'])
        assert.equal(result.droppedBytes, MUCH.length - 20)
      })
    }

    fact('every reader sees all of the output, however late it comes', async ({ process, actor }) => {
      const invoked = await process.start(actor(...['one\n', 'two\n', 'three\n'].map(write)))
      assert.equal(await invoked.waitUntil((_type, line) => line === 'two'), true)
      const together = await Promise.all([textOf(invoked), textOf(invoked)])
      const all = 'one\ntwo\nthree\n'
      assert.deepEqual([...together, await textOf(invoked)], [all, all, all])
    })

    fact('the latest output is what came since it was last asked for', async ({ process, actor }) => {
      const invoked = await process.start(actor(write('one\n'), { read: 'line' }, write('two\n')))
      await invoked.waitUntil((_type, line) => line === 'one')
      assert.deepEqual([invoked.latestOutput(), invoked.latestOutput()], ['one\n', ''])
      await invoked.write('go on\n')
      await invoked.wait()
      assert.deepEqual([invoked.latestOutput(), invoked.output()], ['two\n', 'one\ntwo\n'])
    })

    fact('the latest output of stderr is asked for apart from that of stdout', async ({ process, actor }) => {
      const complain = (data: string): Step => ({ write: 'err', data })
      const invoked = await process.start(
        actor(write('one\n'), complain('bad\n'), { read: 'line' }, complain('worse\n')),
      )
      await invoked.waitUntil((_type, line) => line === 'bad')
      assert.deepEqual([invoked.latestErrorOutput(), invoked.latestErrorOutput()], ['bad\n', ''])
      await invoked.write('go on\n')
      await invoked.wait()
      assert.deepEqual([invoked.latestErrorOutput(), invoked.errorOutput()], ['worse\n', 'bad\nworse\n'])
      assert.equal(invoked.latestOutput(), 'one\n')
    })
  },
}

const write = (data: string): Step => ({ write: 'out', data })

/** Starts a scenario and waits until it performs these steps. `told` gives what it wrote to stderr. */
async function begun(
  stage: Stage,
  steps: Scenario,
  before: Scenario = [],
): Promise<{ handle: Handle; told: () => string }> {
  const handle = await stage.start([...before, { write: 'err', data: 'begun\n' }, ...steps], { stdin: 'pipe' })
  const told = stage.collect(handle.stderr)
  await stage.until(() => told() === 'begun\n', 'the beginning')
  return { handle, told }
}

/** Reads stdout up to its first piece, then pauses. */
function readOnePiece({ stdout }: Handle): () => string {
  const pieces: Uint8Array[] = []
  stdout?.flow(
    (bytes) => {
      if (pieces.push(bytes) === 1) stdout.pause()
    },
    () => {},
  )
  return () => Buffer.concat(pieces).toString()
}

/** Writes more than the pipe holds; `taken` counts the writes that are done. */
function writeMuch({ stdin }: Handle): { writes: readonly Promise<boolean>[]; taken: () => number } {
  assert(stdin, 'the command was to have a pipe here')
  let taken = 0
  const one = async (): Promise<boolean> => {
    const answer = await stdin.write(new Uint8Array(65_536))
    taken++
    return answer
  }
  return { writes: Array.from({ length: 16 }, one), taken: () => taken }
}

async function textOf(entries: AsyncIterable<TextEntry>): Promise<string> {
  let text = ''
  for await (const { data } of entries) text += data
  return text
}

function assertMuch(text: string): void {
  assert(text === MUCH, `not what was written: ${text.length} characters`)
}
