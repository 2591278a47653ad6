import assert from 'node:assert/strict'
import type { InvokedProcess } from '../../invoked-process.ts'
import type { TextEntry } from '../../text.ts'
import type { Step } from '../scenario.ts'
import type { Topic } from './harness.ts'

/** 300 KB that no cut leaves whole: three bytes are one character, ten are a line, and a pipe gives powers of two. */
const LINE = 'line €\r\n'
const LINES = 30_000
const MANY_LINES: Step = { write: 'out', data: LINE, times: LINES }
const LAST: Step = { write: 'out', data: 'last' }
const EXPECTED = [...Array.from({ length: LINES }, () => LINE.trimEnd()), 'last']

/** The ways to read what a process writes: piece by piece, line by line, early and late. */
export const reading: Topic = {
  name: 'reading',
  cases(fact) {
    fact('characters come whole, wherever the output is cut', async ({ process, actor }) => {
      const invoked = await process.start(actor(MANY_LINES))
      const text = await textOf(invoked)
      assert(text === LINE.repeat(LINES), 'the pieces are not what was written')
      assert((await invoked.wait()).output() === text, 'the result is not what was written')
    })

    fact('a callback hears nothing until a character is whole', async ({ process, actor }) => {
      const bytes = (...data: number[]): Step => ({
        write: 'out',
        data: { base64: Buffer.from(data).toString('base64') },
      })
      const heard: string[] = []
      const euro = actor(bytes(0xe2, 0x82), { wait: 30 }, bytes(0xac))
      await process.run(euro, (_type, text) => heard.push(text))
      assert.deepEqual(heard, ['€'])
    })

    fact('lines come whole, wherever the output is cut', async ({ process, actor }) => {
      const invoked = await process.start(actor(MANY_LINES, LAST))
      assertLines(await collect(invoked.lines()))
      assertLines((await invoked.wait()).lines())
    })

    fact('batches have the same lines', async ({ process, actor }) => {
      const invoked = await process.quietly().start(actor(MANY_LINES, LAST))
      const batches = await collect(invoked.lines().batches())
      assertLines(batches.flat())
      assert.equal(
        batches.every((batch) => batch.length > 0),
        true,
      )
    })

    fact('a line and a batch may be asked for by turns', async ({ process, actor }) => {
      const lines = (await process.start(actor(MANY_LINES, LAST))).lines()
      const first = await lines.next()
      assertLines([first.value ?? '', ...(await collect(lines.batches())).flat()])
    })

    fact('lines that are asked for at the same time come in order', async ({ process, actor }) => {
      const invoked = await process.start(
        actor({ write: 'out', data: '1\n' }, { wait: 5 }, { write: 'out', data: '2\n3' }),
      )
      const lines = invoked.lines()
      const answers = await Promise.all([1, 2, 3, 4].map(() => lines.next()))
      assert.deepEqual(
        answers.map(({ value }) => value),
        ['1', '2', '3', undefined],
      )
    })

    fact('only a newline ends a line, with or without a carriage return before it', async ({ process, actor }) => {
      const invoked = await process.start(actor(...['a\rb\r', '\n', '\nc\n', 'd\r'].map(out)))
      const lines = ['a\rb', '', 'c', 'd\r']
      assert.deepEqual(await collect(invoked.lines()), lines)
      assert.deepEqual((await collect(invoked.lines().batches())).flat(), lines)
      assert.deepEqual((await invoked.wait()).lines(), lines)
    })

    fact('stderr does not mix with lines', async ({ process, actor }) => {
      const invoked = await process.start(actor(out('be'), { write: 'err', data: 'x\n' }, { wait: 5 }, out('gun\n')))
      assert.deepEqual(await collect(invoked.lines()), ['begun'])
    })

    fact('leaving a loop over batches stops the process', async ({ process, actor }) => {
      const invoked = await process.start(actor(out('ready\n'), { hang: true }))
      for await (const batch of invoked.lines().batches()) if (batch.includes('ready')) break
      assert.equal(invoked.running(), false)
    })

    fact('who comes late hears both streams in the order in which they were written', async ({ process, actor }) => {
      const turns: readonly TextEntry[] = [
        { type: 'err', data: '1\n' },
        { type: 'out', data: '2\n' },
        { type: 'err', data: '3\n' },
        { type: 'out', data: '4\n' },
      ]
      const steps = turns.flatMap(({ type, data }): Step[] => [{ write: type, data }, { read: 'line' }])
      const invoked = await process.start(actor(...steps))
      for (const { data } of turns) {
        await invoked.waitUntil((_type, line) => line === data.trim())
        await invoked.write('go on\n')
      }
      await invoked.wait()
      const entries = await collect(invoked)
      assert.equal(inTurns(entries), 'err 1\n out 2\n err 3\n out 4\n')
    })

    for (const keep of ['head', 'tail'] as const) {
      fact(
        `of output that was cut short, who comes late hears the ${keep} that was kept`,
        async ({ process, actor }) => {
          const limited = process.maxOutput(100_001, { onOverflow: 'truncate', keep })
          const invoked = await limited.start(actor(MANY_LINES, { write: 'err', data: 'done\n' }, LAST))
          const result = await invoked.wait()
          const whole = Buffer.from(`${LINE.repeat(LINES)}last`)
          const kept = keep === 'head' ? whole.subarray(0, 100_001) : whole.subarray(-100_001)
          assert(kept.equals(result.bytes()), 'the result is not what was to be kept')
          assert.equal(await textOf(invoked, 'out'), result.output())
          assert.equal(await textOf(invoked, 'err'), 'done\n')
        },
      )
    }

    fact('bytes that were looked at stay as they were while more comes', async (stage) => {
      const invoked = await stage.process.start(stage.actor(MANY_LINES, LAST))
      const early: string[] = []
      await stage.until(() => early.push(invoked.output()) > 2 && !invoked.running(), 'the end')
      const all = (await invoked.wait()).output()
      assert(
        early.every((text) => all.startsWith(text.replace(/\uFFFD$/, ''))),
        'what was seen early is not how the output begins',
      )
      assert(all === `${LINE.repeat(LINES)}last`, 'looking changed the output')
    })
  },
}

const out = (data: string): Step => ({ write: 'out', data })

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function textOf(invoked: InvokedProcess, of?: TextEntry['type']): Promise<string> {
  const entries = await collect(invoked)
  return entries.map(({ type, data }) => (type === (of ?? type) ? data : '')).join('')
}

/** Entries as text, in which each stream is named where it takes its turn. */
function inTurns(entries: readonly TextEntry[]): string {
  const said = entries.map(({ type, data }, index) => (entries[index - 1]?.type === type ? data : ` ${type} ${data}`))
  return said.join('').trimStart()
}

function assertLines(lines: readonly string[]): void {
  assert.equal(lines.length, EXPECTED.length)
  const wrong = lines.findIndex((line, index) => line !== EXPECTED[index])
  assert.equal(wrong, -1, `line ${wrong} is not what was written: "${lines[wrong]}"`)
}
