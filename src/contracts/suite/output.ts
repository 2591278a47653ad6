import assert from 'node:assert/strict'
import type { Scenario } from '../scenario.ts'
import type { Topic } from './harness.ts'

const SAYS: Scenario = [{ write: 'out', data: 'said\n' }]

/** What a process writes and how it is seen. */
export const output: Topic = {
  name: 'output',
  cases(fact) {
    fact('what ends within a character is heard to its end, by callbacks as well', async (stage) => {
      for (const encoding of ['utf8', 'base64'] as const) {
        const heard: string[] = []
        const running = await stage.process
          .encoding(encoding)
          .start(stage.actor({ write: 'out', data: { base64: 'YWLD' } }), (_, chunk) => heard.push(chunk))
        const latest = [running.latestOutput()]
        const result = await running.wait()
        latest.push(running.latestOutput())
        assert.equal(result.output(), encoding === 'utf8' ? 'ab\ufffd' : 'YWLD')
        assert.deepEqual([heard.join(''), latest.join('')], [result.output(), result.output()])
      }
    })

    fact('a callback of its own hears a process in a run, a pool and a pipeline, besides the others', async (stage) => {
      const heard: Record<string, string> = {}
      const own = stage.process.command(stage.actor(...SAYS)).onOutput((type, chunk, key) => {
        heard[`${type} ${key}`] = (heard[`${type} ${key}`] ?? '') + chunk
      })
      const all: string[] = []
      await own.run()
      await stage.process.concurrently({ a: own, b: stage.actor(...SAYS) }, (_, chunk) => all.push(chunk))
      await own.pipe(stage.actor({ echo: 'in' }))
      assert.deepEqual(heard, { 'out undefined': 'said\n', 'out a': 'said\n', 'out 0': 'said\n' })
      assert.equal(all.join('').length, 'said\nsaid\n'.length)
    })

    fact('stdout arrives whole', async (stage) => {
      const handle = await stage.start([{ write: 'out', data: 'hello\n' }])
      assert.equal(await stage.text(handle.stdout), 'hello\n')
    })

    fact('stderr arrives whole and apart from stdout', async (stage) => {
      const handle = await stage.start([
        { write: 'out', data: 'o\n' },
        { write: 'err', data: 'e\n' },
      ])
      const [out, err] = await Promise.all([stage.text(handle.stdout), stage.text(handle.stderr)])
      assert.deepEqual([out, err], ['o\n', 'e\n'])
    })

    fact('a process that writes nothing has empty streams that end', async (stage) => {
      const handle = await stage.start([{ exit: 0 }])
      assert.deepEqual(await Promise.all([stage.text(handle.stdout), stage.text(handle.stderr)]), ['', ''])
    })

    fact('bytes that are not text arrive unchanged', async (stage) => {
      const handle = await stage.start([
        { write: 'out', data: { base64: Buffer.from([0, 255, 254, 10, 0]).toString('base64') } },
      ])
      assert.deepEqual([...(await stage.bytes(handle.stdout))], [0, 255, 254, 10, 0])
    })

    fact('text is decoded as was asked for', async ({ process, actor }) => {
      const bytes = actor({ write: 'out', data: { base64: Buffer.from([0xe9, 0x20, 0xff]).toString('base64') } })
      assert.equal((await process.encoding('latin1').run(bytes)).output(), 'é ÿ')
      assert.equal((await process.encoding('hex').run(bytes)).output(), 'e920ff')
      assert.equal((await process.run(bytes)).output(), '\ufffd \ufffd')
    })

    fact('a quiet process is heard, and nothing that it writes is kept', async ({ process, actor }) => {
      const heard = { out: '', err: '' }
      const talks = actor({ write: 'out', data: 'said' }, { write: 'err', data: 'cried' })
      const result = await process.quietly().run(talks, (type, text) => {
        heard[type] += text
      })
      assert.deepEqual(heard, { out: 'said', err: 'cried' })
      assert.deepEqual([result.output(), result.errorOutput(), result.successful()], ['', '', true])
    })

    fact('more than a pipe holds arrives in order', async (stage) => {
      const handle = await stage.start([{ write: 'out', data: '0123456789', times: 50_000 }])
      assert.equal(await stage.text(handle.stdout), '0123456789'.repeat(50_000))
    })

    fact('output that came before anybody read is kept', async (stage) => {
      const handle = await stage.start([{ write: 'out', data: 'early\n' }])
      await stage.exit(handle)
      assert.equal(await stage.text(handle.stdout), 'early\n')
    })

    fact('an ignored stream gives no source', async (stage) => {
      const handle = await stage.start(
        [
          { write: 'out', data: 'x' },
          { write: 'err', data: 'y' },
        ],
        { stdout: 'ignore' },
      )
      assert.equal(handle.stdout, undefined)
      assert.equal(await stage.text(handle.stderr), 'y')
      assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
    })

    fact('a process shares the stream of its caller', (stage) => inherits(stage), {
      needs: 'inherit',
      otherwise: 'refused before anything starts',
      twin: async (stage) => {
        await assert.rejects(stage.start([], { stdout: 'inherit' }), { code: 'ERR_NOT_FAKEABLE' })
        assert.deepEqual(await stage.driver.processes.list(), [])
      },
    })
  },
}

async function inherits(stage: Parameters<Parameters<Parameters<Topic['cases']>[0]>[1]>[0]): Promise<void> {
  const handle = await stage.start([{ exit: 0 }], { stdout: 'inherit', stderr: 'inherit' })
  assert.deepEqual([handle.stdout, handle.stderr], [undefined, undefined])
  assert.deepEqual(await stage.exit(handle), { code: 0, signal: null })
}
