import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { type LoggingProblem, ProcessLogging } from '../../src/index.ts'
import { Desk, machines } from './desk.ts'

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}`)
const LINES = numbers(400)
const TEXT = `${LINES.join('\n')}\n`

for (const [where, machine] of Object.entries(machines)) {
  const fact = (title: string, body: (desk: Desk) => Promise<void>): void =>
    test(title, async () => {
      await using desk = new Desk(machine())
      await body(desk)
    })

  describe(`log files ${where}`, () => {
    fact('that are put aside by size hold everything, in order, and none is larger', async (desk) => {
      desk.log({ rotate: { size: 2200 }, keep: { files: Number.POSITIVE_INFINITY } })
      await desk.run({ write: 'out', data: TEXT })
      await desk.flush()
      assert.deepEqual(await desk.said(), LINES)
      const names = await desk.names()
      assert(names.length > 7, `${names}`)
      for (const name of names) assert(((await desk.files.stat(desk.at(name)))?.size ?? 0) <= 2200, name)
    })

    fact('hold a single line that is larger than they may be, and no other beside it', async (desk) => {
      desk.log({ rotate: { size: 500 } })
      const long = 'x'.repeat(3000)
      await desk.run({ write: 'out', data: `before\n${long}\nafter\n` })
      await desk.flush()
      assert.deepEqual(await desk.said(), ['before', long, 'after'])
      for (const name of await desk.names()) {
        const text = await desk.files.readText(desk.at(name))
        assert(text.length <= 500 || text.indexOf('\n') === text.length - 1, name)
      }
    })

    fact('are for their owner and group, and for nobody else', async (desk) => {
      await desk.log().run()
      assert.equal((await desk.files.stat(desk.at('app.log')))?.mode, 0o640 & ~process.umask())
    })

    fact('are opened once, however many processes start at the same time, and closed in the end', async (desk) => {
      desk.log()
      await Promise.all([1, 2, 3, 4].map(() => desk.run({ write: 'out', data: 'said\n' })))
      await desk.flush()
      assert.deepEqual([desk.files.opened, desk.files.open, (await desk.said()).length], [1, 1, 4])
      await desk.process.logging.disableLogging()
      assert.equal(desk.files.open, 0)
    })

    fact('go on where a short write stopped', async (desk) => {
      desk.files.atMost = 7
      await desk.log().run({ write: 'out', data: `${numbers(20).join('\n')}\n` })
      await desk.flush()
      assert.deepEqual(await desk.said(), numbers(20))
    })

    fact('are never put aside in the middle of a line, however short the writes are', async (desk) => {
      desk.files.atMost = 7
      desk.log({ rotate: { size: 400 }, keep: { files: 100 } })
      await desk.run({ write: 'out', data: `${numbers(30).join('\n')}\n` })
      await desk.flush()
      assert.deepEqual(await desk.said(), numbers(30))
      const names = await desk.names()
      assert(names.length > 3, `${names}`)
      for (const name of names) assert.match(await desk.files.readText(desk.at(name)), /^2\d{3}-[\s\S]*\n$/, name)
    })

    fact('on a full disk stop in the middle of a line, and go on right there when there is room', async (desk) => {
      const problems: LoggingProblem[] = []
      desk.process.logging.onProblem((problem) => problems.push(problem))
      desk.log({ rotate: { size: 4000 }, keep: { files: 100 } })
      desk.files.room = 5010
      await desk.run({ write: 'out', data: TEXT })
      await assert.rejects(desk.flush(), { code: 'ERR_LOG_FILE', errno: 'ENOSPC', path: desk.at('app.log') })
      assert.equal(desk.process.logging.status().files[0]?.problem?.errno, 'ENOSPC')
      assert.equal(Buffer.byteLength(await desk.text()), 5010)
      desk.files.heal()
      await desk.flush()
      assert.deepEqual(await desk.said(), LINES)
      await desk.until(() => problems.length === 2)
      assert.deepEqual(
        problems.map(({ what, error }) => [what, error.errno]),
        [
          ['write', 'ENOSPC'],
          ['recovered', 'ENOSPC'],
        ],
      )
      await desk.flush()
      assert.match(await desk.text(), /ERROR logging\[\d+\] event#1: could not be written since \S+Z: ENOSPC\n/)
    })

    fact('are tried again by themselves', async (desk) => {
      desk.log()
      desk.files.fail('write', 'EIO')
      await desk.run({ write: 'out', data: 'kept\n' })
      await desk.until(() => (desk.process.logging.status().files[0]?.failures ?? 0) > 1)
      desk.files.heal()
      await desk.until(async () => (await desk.said()).length === 1)
    })

    fact('that are removed are made anew, and what was on its way is in the new one', async (desk) => {
      const running = await desk.log().start({ read: 'line' }, { write: 'out', data: 'after\n' })
      await desk.flush()
      await desk.files.remove(desk.at('app.log'))
      await running.write('go on\n')
      await running.wait()
      await desk.flush()
      assert.deepEqual(await desk.said(), ['after'])
      assert.equal(desk.process.logging.status().files[0]?.reopened, 1)
    })

    fact('that somebody else moves are begun anew, and nothing comes twice', async (desk) => {
      const running = await desk
        .log()
        .start(
          { write: 'out', data: 'one\n' },
          { read: 'line' },
          { write: 'out', data: 'two\n' },
          { write: 'err', data: 'three\n' },
        )
      await running.waitUntil((_, line) => line === 'one')
      await desk.flush()
      await desk.files.rename(desk.at('app.log'), desk.at('elsewhere'))
      await running.write('go on\n')
      await running.wait()
      await desk.flush()
      assert.deepEqual([...(await desk.said('out', 'elsewhere')), ...(await desk.said())], ['one', 'two'])
      assert.deepEqual([...(await desk.said('err', 'elsewhere')), ...(await desk.said('err'))], ['three'])
      assert((await desk.text()).length > 0)
    })

    fact('are opened again where they are when that is asked for', async (desk) => {
      await desk.log().run({ write: 'out', data: 'one\n' })
      await desk.flush()
      await desk.files.rename(desk.at('app.log'), desk.at('elsewhere'))
      await desk.process.logging.reopenLogs()
      await desk.run({ write: 'out', data: 'two\n' })
      await desk.flush()
      assert.deepEqual([await desk.said('out', 'elsewhere'), await desk.said()], [['one'], ['two']])
    })

    fact('are not written through a link that is put in their place', async (desk) => {
      const running = await desk.log().start({ read: 'line' }, { write: 'out', data: 'secret\n' })
      await desk.flush()
      await desk.files.write(desk.at('victim'), 'untouched')
      await desk.files.remove(desk.at('app.log'))
      desk.disk.symlinkSync(desk.at('victim'), desk.at('app.log'))
      await running.write('go on\n')
      await running.wait()
      await assert.rejects(desk.flush(), { errno: 'ELOOP' })
      assert.equal(await desk.files.readText(desk.at('victim')), 'untouched')
      await desk.files.remove(desk.at('app.log'))
      await desk.flush()
      assert.deepEqual([await desk.said(), await desk.files.readText(desk.at('victim'))], [['secret'], 'untouched'])
    })

    fact('that are moved, with a link put in their place, have each line once', async (desk) => {
      const running = await desk.log().start({ read: 'line' }, { write: 'out', data: 'one\n' }, { exit: 0 })
      await desk.flush()
      await desk.files.rename(desk.at('app.log'), desk.at('elsewhere'))
      desk.disk.symlinkSync(desk.at('victim'), desk.at('app.log'))
      await running.write('go on\n')
      await running.wait()
      await desk.flush().catch(() => {})
      await desk.files.remove(desk.at('app.log'))
      await desk.flush()
      assert.deepEqual([...(await desk.said('out', 'elsewhere')), ...(await desk.said())], ['one'])
      assert.equal(await desk.files.stat(desk.at('victim')), undefined)
    })

    fact('that two write to have every line of both, and are put aside by either', async (desk) => {
      const other = new ProcessLogging(
        { file: desk.at('app.log'), rotate: { size: 3000 }, keep: { files: 100 } },
        desk.process,
      )
      other.enableLogging()
      desk.log({ rotate: { size: 3000 }, keep: { files: 100 } })
      await desk.run({ write: 'out', data: TEXT })
      await Promise.all([desk.flush(), other.flush()])
      const said = await desk.said()
      assert.deepEqual(said.toSorted(), [...LINES, ...LINES].toSorted())
      await other.disableLogging()
    })

    fact('that cannot be put aside go on growing, and say so', async (desk) => {
      const problems: string[] = []
      desk.process.logging.onProblem(({ what, error }) => problems.push(`${what} ${error.errno}`))
      desk.log({ rotate: { size: 2000 } })
      desk.files.fail('rename', 'EACCES')
      await desk.run({ write: 'out', data: TEXT })
      await desk.flush()
      assert.deepEqual([await desk.said(), await desk.names()], [LINES, ['app.log']])
      assert.deepEqual(problems, ['rotate EACCES'], 'not with every line')
      assert.match(await desk.text(), /could not be put aside: EACCES\n/)
      await assert.rejects(desk.process.logging.rotateLog(), { code: 'ERR_LOG_FILE', errno: 'EACCES' })
      desk.files.heal()
      await desk.process.logging.rotateLog()
      assert.equal((await desk.names()).length, 2)
      assert.equal(desk.process.logging.status().files[0]?.problem, undefined)
    })

    fact('are compressed when they are put aside, and left alone where that fails', async (desk) => {
      desk.log({ rotate: { size: 5000 }, gzip: true, keep: { files: 100 } })
      await desk.run({ write: 'out', data: TEXT })
      await desk.flush()
      await desk.until(async () => (await desk.names()).filter((name) => name.endsWith('.gz')).length > 3)
      await desk.until(async () => (await desk.names()).every((name) => name === 'app.log' || name.endsWith('.gz')))
      assert.deepEqual(await desk.said(), LINES)
      desk.files.fail('compress', 'ENOSPC')
      await desk.process.logging.rotateLog()
      await desk.until(() => desk.process.logging.status().problems.some(({ what }) => what === 'compress'))
      assert.deepEqual(await desk.said(), LINES)
      assert.deepEqual(
        (await desk.files.list(desk.folder)).filter((name) => name.endsWith('.part')),
        [],
      )
    })

    fact('that were left half compressed are compressed the next time', async (desk) => {
      await desk.files.write(desk.at('app.log.20260101T000000Z.1'), 'x out#1: whole\n')
      await desk.files.write(desk.at('app.log.20260101T000000Z.1.gz.part'), 'half')
      await desk.log({ gzip: true }).run()
      await desk.until(async () => (await desk.names()).includes('app.log.20260101T000000Z.1.gz'))
      await desk.until(async () => (await desk.names()).length === 2)
      assert.deepEqual(await desk.said(), ['whole'])
    })

    fact('for each process are beside that of all', async (desk) => {
      desk.log({ perProcess: desk.at('{name}-{pid}.log') })
      const running = await desk.process
        .name('../we b')
        .start(['node', '-e', ''], undefined)
        .catch(() => undefined)
      await running?.wait()
      const named = await desk.process
        .name('w/../eb')
        .run((await import('../../src/contracts/suite/index.ts')).actorCommand([{ write: 'out', data: 'mine\n' }]))
      assert.equal(named.output(), 'mine\n')
      await desk.flush()
      const [own] = (await desk.files.list(desk.folder)).filter((name) => name.startsWith('w_'))
      assert.match(own ?? '', /^w_.._eb-\d+\.log$/)
      await desk.until(async () => (await desk.said('out', own)).length === 1)
      assert.deepEqual([await desk.said('out', own), await desk.said()], [['mine'], ['mine']])
    })

    for (const [what, errno, make] of [
      ['a folder', 'EISDIR', (desk: Desk) => desk.files.makeFolder(desk.at('app.log'))],
      [
        'a link to a file',
        'ELOOP',
        async (desk: Desk) => {
          await desk.files.write(desk.at('victim'), '')
          desk.disk.symlinkSync(desk.at('victim'), desk.at('app.log'))
        },
      ],
      [
        'a link to nothing',
        'ELOOP',
        async (desk: Desk) => desk.disk.symlinkSync(desk.at('nothing'), desk.at('app.log')),
      ],
      [
        'a file with another name',
        'EMLINK',
        async (desk: Desk) => {
          await desk.files.write(desk.at('victim'), '')
          desk.disk.linkSync(desk.at('victim'), desk.at('app.log'))
        },
      ],
      ['in a missing folder', 'ENOENT', (desk: Desk) => desk.files.remove(desk.folder)],
      [
        'below a file',
        'ENOTDIR',
        async (desk: Desk) => {
          await desk.files.remove(desk.folder)
          await desk.files.write(desk.folder, '')
        },
      ],
    ] as const) {
      fact(`that would be ${what} are refused before anything starts`, async (desk) => {
        await make(desk)
        const started = `${desk.folder}-started`
        using spy = desk.process.spy()
        desk.log()
        await assert.rejects(desk.run({ file: started, data: '' }), { code: 'ERR_LOG_FILE', errno })
        assert.deepEqual(desk.process.active(), [])
        assert.equal(await desk.files.stat(started), undefined)
        assert.equal(spy.journal.runs.length, 1)
      })
    }

    fact('of processes whose folder is missing are refused before anything starts', async (desk) => {
      desk.log({ perProcess: desk.at('missing', '{pid}.log') })
      await assert.rejects(desk.run(), { code: 'ERR_LOG_FILE', errno: 'ENOENT' })
    })

    fact('that cannot be opened for now keep nobody from starting', async (desk) => {
      desk.files.fail('append', 'ENOSPC')
      const result = await desk.log().run({ write: 'out', data: 'said\n' })
      assert.equal(result.output(), 'said\n')
      await assert.rejects(desk.flush(), { errno: 'ENOSPC' })
      desk.files.heal()
      await desk.flush()
      assert.deepEqual(await desk.said(), ['said'])
    })
  })
}
