import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { actorCommand } from '../../src/contracts/suite/index.ts'
import { BadLoggingError, createProcess, type LoggingOptions, type LogLevel, ProcessLogging } from '../../src/index.ts'
import { Desk, machines } from './desk.ts'

for (const [where, machine] of Object.entries(machines)) {
  const fact = (title: string, body: (desk: Desk) => Promise<void>): void =>
    test(title, async () => {
      await using desk = new Desk(machine())
      await body(desk)
    })

  describe(`logging ${where}`, () => {
    fact('is off until it is enabled, and again once it is disabled', async (desk) => {
      await desk.run({ write: 'out', data: 'before\n' })
      assert.deepEqual(await desk.files.list(desk.folder), [])
      await desk.log().run({ write: 'out', data: 'logged\n' })
      const running = await desk.start(
        { write: 'out', data: 'begun\n' },
        { read: 'line' },
        { write: 'out', data: 'late\n' },
      )
      await running.waitUntil((_, line) => line === 'begun')
      await desk.process.logging.disableLogging()
      await running.write('go on\n')
      assert.equal((await running.wait()).output(), 'begun\nlate\n')
      await desk.run({ write: 'out', data: 'after\n' })
      assert.deepEqual([await desk.said(), desk.process.logging.enabled], [['logged', 'begun'], false])
      await desk.log().run({ write: 'out', data: 'again\n' })
      await desk.flush()
      assert.deepEqual(await desk.said(), ['logged', 'begun', 'again'])
    })

    fact('says what became of a process, also of one that did not start', async (desk) => {
      await desk.log({ format: 'json' }).run({ exit: 3 })
      await desk.run({ die: 'SIGKILL' })
      await desk.run({ failToStart: 'ENOENT' })
      await desk.flush()
      const events = await recordsOf(desk)
      assert.deepEqual(
        events.map(({ event, level, code, signal }) => [event, level, code, signal]),
        [
          ['started', 30, undefined, undefined],
          ['exited', 40, 3, null],
          ['started', 30, undefined, undefined],
          ['exited', 40, null, 'SIGKILL'],
          ['failed', 50, undefined, undefined],
        ],
      )
    })

    fact('makes lines of JSON as pino does', async (desk) => {
      const running = await desk
        .log({ format: 'json' })
        .process.name('web')
        .start(actorCommand([{ write: 'out', data: 'a "quoted" grüße\u0000\n' }]))
      await running.wait()
      await desk.flush()
      const [, line] = (await desk.text()).split('\n')
      const record = JSON.parse(line ?? '')
      const { time, ...rest } = record
      assert.equal(typeof time, 'number')
      assert.deepEqual(rest, {
        level: 30,
        pid: running.id(),
        name: 'web',
        stream: 'out',
        seq: 1,
        msg: 'a "quoted" grüße\u0000',
      })
    })

    fact('counts the lines of each stream', async (desk) => {
      await desk
        .log({ format: 'json' })
        .run({ write: 'out', data: '1\n2\n3\n' }, { write: 'err', data: '1\n2\n' }, { write: 'out', data: '4\n' })
      await desk.flush()
      for (const stream of ['out', 'err']) {
        const records = (await recordsOf(desk)).filter((record) => record.stream === stream)
        assert.deepEqual(
          records.map(({ seq }) => String(seq)),
          records.map(({ msg }) => msg),
        )
      }
    })

    fact('keeps bytes that are no text', async (desk) => {
      const bytes = Buffer.from([0x62, 0xff, 0x00, 0xfe])
      const base64 = Buffer.concat([bytes, Buffer.from('\nok\n')]).toString('base64')
      await desk.log().run({ write: 'out', data: { base64 } })
      await desk.log({ file: desk.at('json.log'), format: 'json' }).run({ write: 'out', data: { base64 } })
      await desk.flush()
      const text = Buffer.from(await desk.files.read(desk.at('app.log')))
      assert(text.includes(Buffer.concat([Buffer.from(' out#1: '), bytes, Buffer.from('\n')])))
      const [first, second] = (await recordsOf(desk, 'json.log')).filter(({ stream }) => stream === 'out')
      assert.deepEqual([first?.base64, second?.msg, second?.base64], [bytes.toString('base64'), 'ok', undefined])
    })

    fact('finds the level of a line in what programs say themselves', async (desk) => {
      const lines: [string, LogLevel][] = [
        ['{"level":20,"msg":"pino"}', 'debug'],
        ['{"level":"warning","message":"others"}', 'warn'],
        ['{"severity":"CRITICAL"}', 'fatal'],
        ['{"level":35}', 'info'],
        ['{"level":{}}', 'info'],
        ['{ not JSON "level":50', 'info'],
        ['plain', 'info'],
      ]
      await desk
        .log()
        .run(
          { write: 'out', data: `${lines.map(([line]) => line).join('\n')}\n` },
          { write: 'err', data: 'plain\n{"level":30}\n' },
        )
      await desk.flush()
      const text = await desk.text()
      for (const [line, level] of lines)
        assert(
          text.split('\n').some((one) => one.includes(` ${level.toUpperCase()}`) && one.endsWith(`: ${line}`)),
          `${level} ${line}`,
        )
      assert.match(text, /ERROR \S+ err#1: plain\n/)
      assert.match(text, /INFO {2}\S+ err#2: \{"level":30\}\n/)
    })

    fact('leaves out what is below its level, which may change at any time', async (desk) => {
      const running = await desk
        .log({ level: 'warn', detectLevel: (line) => (line.startsWith('W') ? 'warn' : undefined) })
        .start(
          { write: 'out', data: 'quiet\nWarning\n' },
          { write: 'err', data: 'loud\n' },
          { read: 'line' },
          { write: 'out', data: 'heard\n' },
        )
      await desk.until(() => running.errorOutput() === 'loud\n' && running.output() === 'quiet\nWarning\n')
      const [counts] = desk.process.logging.status().processes
      assert.deepEqual([counts?.out.in, counts?.out.filtered], [14, 6])
      desk.process.logging.setLogLevel('info')
      await running.write('go on\n')
      await running.wait()
      await desk.flush()
      assert.deepEqual([await desk.said(), await desk.said('err')], [['Warning', 'heard'], ['loud']])
    })

    fact('gives out the beginning of a line after a while, and says that it goes on', async (desk) => {
      const running = await desk
        .log({ idle: 50 })
        .start({ write: 'out', data: 'Name: ' }, { read: 'line' }, { write: 'out', data: 'Ada\n' })
      await desk.until(() => running.output() === 'Name: ')
      await desk.pass(200)
      await desk.flush()
      assert.match(await desk.text(), / out#1\+ Name: \n/)
      await running.write('Ada\n')
      await running.wait()
      await desk.flush()
      assert.match(await desk.text(), / out#2: Ada\n/)
    })

    fact('cuts a line that is too long, and says so', async (desk) => {
      await desk.log({ maxLine: 10, redact: false }).run({ write: 'out', data: `${'0123456789'.repeat(2)}abc\nshort` })
      await desk.flush()
      const lines = (await desk.text()).match(/out#.*/g)
      assert.deepEqual(lines, ['out#1+ 0123456789', 'out#2+ 0123456789', 'out#3: abc', 'out#4: short'])
    })

    fact('takes secrets out of what is said, and of what was started', async (desk) => {
      const process = desk
        .log({ redact: ['tulip', /no\d+/] })
        .process.env({ MY_TOKEN: 'abcdefgh' })
        .redact('daisy')
      await process.run(actorCommand([{ write: 'out', data: 'tulip no17 abcdefgh daisy rose\n' }]))
      await desk.flush()
      assert.deepEqual(await desk.said(), ['<redacted> <redacted> <redacted> <redacted> rose'])
      for (const secret of ['tulip', 'no17', 'abcdefgh', 'daisy']) assert(!(await desk.text()).includes(secret), secret)
    })

    fact('keeps a record on its line, and escapes what a name or a command might do to it', async (desk) => {
      const name = 'a\n2026-01-01T00:00:00.000Z ERROR root[1] out#1: forged\r\u001b[2K\u2028b'
      const write = actorCommand([
        { write: 'out', data: 'said\n' },
        { write: 'out', data: { base64: '/wo=' } },
      ])
      await desk.log().process.name(name).run(write)
      await desk
        .log({ file: desk.at('json.log'), format: 'json' })
        .process.name(name)
        .run([...write, '\u001b[2K\r'])
      await desk.log({ file: desk.at('event.log') }).run({ failToStart: 'ENOENT' })
      await desk.flush()
      const lines = (await desk.text()).trimEnd().split('\n')
      assert.equal(lines.length, 4)
      const column = 'a\\n2026-01-01T00:00:00.000Z ERROR root[1] out#1: forged\\r\\u001b[2K\\u2028b['
      for (const line of lines) assert(line.slice(31).startsWith(column), line)
      for (const record of await recordsOf(desk, 'json.log')) assert.equal(record.name, name)
    })

    fact('says a command on one line, without what controls a terminal', async (desk) => {
      const command = [...actorCommand([]), 'a\nb\r\u001b[2K']
      await desk.log().process.run(command)
      await desk.flush()
      const [started = '', ...others] = (await desk.text()).trimEnd().split('\n')
      assert.match(started, / event#1: started: .*a b\\r\\u001b\[2K'$/)
      assert.equal(others.length, 1)
    })

    for (const format of ['text', 'json'] as const) {
      fact(`takes secrets out of names and their files, as ${format}`, async (desk) => {
        const write = actorCommand([{ write: 'out', data: 'said\n' }])
        const process = desk.log({ format, perProcess: desk.at('own-{name}-{pid}.log') }).process
        await process.redact('SUPERSECRETVALUE').name('job-SUPERSECRETVALUE').run(write)
        await desk.flush()
        const names = await desk.names('own-')
        assert.match(names[0] ?? '', /^own-job-_redacted_-\d+\.log$/)
        for (const log of ['app.log', names[0] as string]) {
          const text = await desk.text(log)
          assert.equal(text.match(/job-<redacted>/g)?.length, 3, text)
          assert(!text.includes('SUPERSECRET'), text)
        }
      })
    }

    fact('takes secrets out of commands also where they have quotes, or several lines', async (desk) => {
      const secrets = ["it's hidden", 'several\nlines']
      await desk
        .log()
        .process.redact(...secrets)
        .run([...actorCommand([]), ...secrets])
      await desk.flush()
      assert.doesNotMatch(await desk.text(), /hidden|several|lines/)
    })

    fact('writes what waits for its rest when logging is disabled', async (desk) => {
      const running = await desk
        .log()
        .process.redact('SUPERSECRETVALUE')
        .start(
          actorCommand([
            { write: 'out', data: 'Progress: 45%' },
            { write: 'err', data: 'value SUPERSEC' },
            { read: 'line' },
          ]),
        )
      await desk.until(() => running.output() !== '' && running.errorOutput() !== '')
      await desk.process.logging.disableLogging()
      const said = [await desk.said(), await desk.said('err')]
      await running.stop(10)
      assert.deepEqual(
        said.map((lines) => lines.join('')),
        ['Progress: 45%', 'value <redacted>'],
      )
    })

    fact('of one command may be elsewhere, of another level, or not at all', async (desk) => {
      const write = actorCommand([{ write: 'out', data: 'said\n' }])
      await desk.process.log(desk.at('own.log')).run(write)
      assert.deepEqual(await desk.names(), [], 'nothing else is logged')
      desk.log()
      await desk.process.log(false).run(write)
      await desk.process.log({ level: 'error' }).run(write)
      await desk.process
        .path(desk.folder)
        .log({ file: desk.at('own.log'), format: 'json' })
        .run(write)
      await desk.flush()
      assert.deepEqual(await desk.said(), [])
      assert.deepEqual(await desk.said('out', 'own.log'), ['said'])
      assert.match(await desk.text('own.log'), /\n\{"level":30,.*"msg":"said"\}\n/)
    })

    fact('of a pipeline is what its last stage says, and what all of them complain of', async (desk) => {
      const stages = [
        actorCommand([
          { write: 'out', data: 'data\n' },
          { write: 'err', data: 'one\n' },
        ]),
        actorCommand([{ echo: 'in' }, { write: 'err', data: 'two\n' }, { write: 'out', data: 'end\n' }]),
      ]
      const result = await desk.log().process.pipe(stages)
      await desk.flush()
      assert.equal(result.output(), 'data\nend\n')
      assert.deepEqual(
        [await desk.said(), (await desk.said('err')).sort()],
        [
          ['data', 'end'],
          ['one', 'two'],
        ],
      )
    })

    fact('of a pipeline is what goes from stage to stage as well, where that is wanted', async (desk) => {
      const stages = [[{ write: 'out', data: 'data\n' }] as const, [{ echo: 'in' }] as const]
      const result = await desk.log({ stages: true }).process.pipe(stages.map((steps) => actorCommand(steps)))
      await desk.flush()
      assert.deepEqual([result.output(), await desk.said()], ['data\n', ['data', 'data']])
    })

    fact('holds up a process whose lines have no room, and lets it end when it is stopped', async (desk) => {
      desk.log({ buffer: '16KB' })
      desk.files.fail('write', 'ENOSPC')
      const running = await desk.start(
        { write: 'out', data: `${'0123456789abcde'.repeat(64)}\n`, times: 5000 },
        { write: 'err', data: 'done' },
      )
      await desk.until(() => (desk.process.logging.status().files[0]?.pending ?? 0) > 16_000)
      await desk.pass(100)
      const { processes, files } = desk.process.logging.status()
      assert((files[0]?.pending ?? 0) < 200_000, `${files[0]?.pending} bytes wait`)
      assert((processes[0]?.out.in ?? 0) < 1_000_000, `${processes[0]?.out.in} bytes came`)
      assert.equal(running.errorOutput(), '')
      const result = await running.stop(10)
      assert.equal(result.failed(), true)
    })

    fact('goes on where it was held up', async (desk) => {
      const line = '0123456789abcde'.repeat(64)
      desk.log({ buffer: '16KB' })
      desk.files.fail('write', 'ENOSPC')
      const running = await desk.start({ write: 'out', data: `${line}\n`, times: 500 })
      await desk.until(() => (desk.process.logging.status().files[0]?.pending ?? 0) > 16_000)
      desk.files.heal()
      const result = await running.wait()
      await desk.flush()
      assert.deepEqual([result.successful(), await desk.said()], [true, Array.from({ length: 500 }, () => line)])
    })

    fact('waits for a slow disk also after the end of a process, and its result is complete', async (desk) => {
      const line = '0123456789abcde'.repeat(64)
      desk.log({ buffer: '16KB' })
      const gate = Promise.withResolvers<void>()
      const running = await desk.start({ read: 'line' }, { write: 'out', data: `${line}\n`, times: 78 })
      await desk.flush()
      desk.files.gate = gate.promise
      await running.write('go on\n')
      await desk.until(() => !running.running())
      await desk.pass(600)
      assert.equal(running.result, undefined, 'what is in the pipe is waited for')
      gate.resolve()
      const result = await running.wait()
      await desk.flush()
      assert.deepEqual([result.incomplete, result.lines().length, (await desk.said()).length], [false, 78, 78])
    })

    for (const whenFull of ['drop-newest', 'drop-oldest'] as const) {
      fact(`drops by ${whenFull}, counts that, and says it in the log`, async (desk) => {
        desk.log({ whenFull, buffer: '16KB', format: 'json', keep: { files: 100 } })
        desk.files.fail('write', 'ENOSPC')
        const lines = Array.from({ length: 3000 }, (_, index) => `line ${index} ${'x'.repeat(20)}`)
        const running = await desk.start(
          { write: 'out', data: `${lines.join('\n')}\n` },
          { write: 'err', data: 'done\n' },
          { read: 'line' },
          { write: 'out', data: 'the end\n' },
        )
        await running.waitUntil((type) => type === 'err')
        await desk.until(() => desk.process.logging.status().processes[0]?.out.in === lines.join('\n').length + 1)
        desk.files.heal()
        await desk.flush().catch(() => {})
        await running.write('go on\n')
        await running.wait()
        await desk.flush()
        const records = await recordsOf(desk)
        const said = records.filter(({ stream }) => stream === 'out')
        const dropped = records.filter(({ event, of }) => event === 'dropped' && of === 'out')
        const lost = dropped.reduce((sum, { bytes }) => sum + Number(bytes), 0)
        const kept = said.reduce((sum, { msg }) => sum + Buffer.byteLength(String(msg)) + 1, 0)
        assert(lost > 0, 'something was dropped')
        assert.equal(lost + kept, lines.join('\n').length + 1 + 'the end\n'.length)
        assert.equal(said.length + dropped.reduce((sum, { lines }) => sum + Number(lines), 0), lines.length + 1)
        assert.deepEqual(
          said.map(({ msg }) => lines.indexOf(String(msg)) + 1).slice(0, -1),
          said.map(({ seq }) => seq).slice(0, -1),
          'each where it was',
        )
        assert.deepEqual([said.at(-1)?.msg, said.at(-1)?.seq], ['the end', lines.length + 1])
      })
    }
  })
}

describe('logging in virtual time', () => {
  const inRehearsal = machines['in a rehearsal'] as (typeof machines)[string]
  const begin = new Date('2026-01-01T12:00:00Z')
  const rehearse = (options: LoggingOptions) => {
    const process = createProcess()
    const fake = process.fake({ '*': Process('tick') }, { now: begin })
    process.logging.enableLogging({ file: '/app.log', ...options })
    return { process, fake }
  }
  const Process = (text: string) => createProcess().describe().output(text)

  test('puts files aside at midnight, and an idle one, too', async () => {
    const { process, fake } = rehearse({ rotate: { every: '1d' } })
    for (let day = 0; day < 3; day++) {
      await process.run('daily')
      await fake.advance('1d')
    }
    await process.logging.flush()
    assert.deepEqual(await fake.files.list('/').then((names) => names.filter((name) => name.startsWith('app.log.'))), [
      'app.log.20260102T000000Z.1',
      'app.log.20260103T000000Z.2',
      'app.log.20260104T000000Z.3',
    ])
    fake.restore()
  })

  test('removes what is too old, also while nothing is logged', async () => {
    const { process, fake } = rehearse({ keep: { age: '3d', files: 100 } })
    for (let day = 0; day < 3; day++) {
      await process.run('daily')
      await process.logging.rotateLog()
      await fake.advance('1d')
    }
    assert.equal(asideIn(await fake.files.list('/')).length, 2)
    await fake.advance('1d')
    assert.equal(asideIn(await fake.files.list('/')).length, 1)
    await fake.advance('5d')
    assert.deepEqual(asideIn(await fake.files.list('/')), [])
    assert((await fake.files.list('/')).includes('app.log'))
    fake.restore()
  })

  test('keeps so many files, and so much in all', async () => {
    const { process, fake } = rehearse({ keep: { files: 3 } })
    const rotate = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time++) {
        await process.run('one')
        await process.logging.rotateLog()
        await fake.advance('1s')
      }
    }
    await rotate(6)
    assert.deepEqual(
      asideIn(await fake.files.list('/')).map((name) => name.split('.').at(-1)),
      ['4', '5', '6'],
    )
    const { size = 0 } = (await fake.files.stat(`/${asideIn(await fake.files.list('/'))[0]}`)) ?? {}
    await process.logging.disableLogging()
    process.logging.enableLogging({ keep: { total: size * 2 } })
    await rotate(3)
    assert.equal(asideIn(await fake.files.list('/')).length, 2)
    fake.restore()
  })

  test('purges by age what is its own, and nothing else', async () => {
    const { process, fake } = rehearse({ perProcess: '/{name}-{pid}.log' })
    const foreign = [
      'app.log.1',
      'app.log.20250101T000000Z.x',
      'other.log.20250101T000000Z.1',
      'app.log.gz',
      'two-x.log',
    ]
    for (const name of foreign) await fake.files.write(`/${name}`, '')
    await fake.files.write('/victim', 'untouched')
    fake.files.disk.symlinkSync('/victim', '/app.log.20250101T000000Z.9')
    await fake.files.makeFolder('/app.log.20250101T000000Z.8')
    await process.run('one')
    await fake.advance('1s')
    await process.logging.rotateLog()
    await fake.advance('2d')
    await process.run('two')
    const purged = await process.logging.purgeOldLogs('1d')
    assert.deepEqual(
      purged.map((path) => path.replace(/\d{4,}/g, 'N')),
      ['/app.log.NTNZ.10', '/one-N.log'],
    )
    const left = await fake.files.list('/')
    for (const name of [...foreign, 'victim', 'app.log', 'app.log.20250101T000000Z.9', 'app.log.20250101T000000Z.8'])
      assert(left.includes(name), name)
    assert.deepEqual(await process.logging.purgeOldLogs(0), [`/${left.find((name) => /^two-\d+\.log$/.test(name))}`])
    fake.restore()
  })

  test('gives up what a process left in its pipe when the disk takes too long, and counts it', async () => {
    await using desk = new Desk(inRehearsal())
    desk.log({ buffer: '4KB', format: 'json' })
    const running = await desk.start({ read: 'line' }, { write: 'out', data: `${'x'.repeat(999)}\n`, times: 78 })
    await desk.flush()
    const gate = Promise.withResolvers<void>()
    desk.files.gate = gate.promise
    await running.write('go on\n')
    const result = await running.wait()
    assert.deepEqual([result.incomplete, result.lines().length], [false, 78])
    gate.resolve()
    await desk.flush()
    const records = await recordsOf(desk)
    const said = records.filter(({ stream }) => stream === 'out').length
    const lost = records.filter(({ event }) => event === 'dropped').reduce((sum, one) => sum + Number(one.lines), 0)
    assert.equal(said + lost, 78)
    assert(lost > 0, 'something was dropped')
  })

  test('purges no log that is written to', async () => {
    const { process, fake } = rehearse({ perProcess: '/{name}.log' })
    const running = await process.describe().output('begun').after('5d')
    fake.restore()
    const rehearsal = process.fake({ '*': running })
    const begun = await process.forever().start('long')
    await rehearsal.advance('2d')
    assert.deepEqual(await process.logging.purgeOldLogs('1d'), [])
    assert((await rehearsal.files.list('/')).includes('long.log'))
    await begun.stop()
    rehearsal.restore()
  })

  test('writes nothing of a rehearsal to the disk of the machine', async () => {
    const { process, fake } = rehearse({ file: '/rehearsed/app.log' })
    await fake.files.makeFolder('/rehearsed')
    await process.run('one')
    await process.logging.flush()
    assert.match(await fake.files.readText('/rehearsed/app.log'), /tick/)
    fake.restore()
    await assert.rejects(process.run('true'), { code: 'ERR_LOG_FILE', errno: 'ENOENT' })
    await process.logging.disableLogging()
  })
})

describe('what means nothing is refused at once', () => {
  const process = createProcess()
  const options: readonly [string, unknown, RegExp][] = [
    ['level', 'loud', /level "loud": known are trace, debug/],
    ['level', 30, /level 30/],
    ['format', 'xml', /format "xml"/],
    ['file', '', /to "": expected the path/],
    ['file', 'a\0b', /expected the path/],
    ['file', 5, /to 5/],
    ['perProcess', 'all.log', /perProcess "all.log": expected a path whose last part/],
    ['perProcess', '{name}/{pid}.log', /perProcess/],
    ['rotate', { size: -1 }, /rotate.size -1: expected bytes/],
    ['rotate', { size: 0 }, /rotate.size 0/],
    ['rotate', { size: '10 apples' }, /rotate.size "10 apples"/],
    ['rotate', { every: '-1d' }, /rotate.every "-1d"/],
    ['rotate', 'daily', /rotate "daily": expected an object/],
    ['keep', { files: -1 }, /keep.files -1/],
    ['keep', { files: 1.5 }, /keep.files 1.5/],
    ['keep', { age: Number.NaN }, /keep.age NaN/],
    ['keep', { total: '-5MB' }, /keep.total/],
    ['mode', 0o1777, /mode/],
    ['mode', -1, /mode -1/],
    ['buffer', -1, /buffer -1/],
    ['whenFull', 'explode', /whenFull "explode"/],
    ['maxLine', 0, /maxLine 0/],
    ['idle', 'soon', /idle "soon"/],
    ['gzip', 'yes', /gzip "yes"/],
    ['redact', [''], /redact/],
    ['redact', [/(?:)/], /redact/],
    ['redact', 'all', /redact "all"/],
    ['detectLevel', 1, /detectLevel 1/],
    ['reopenOn', 'SIGKILL', /reopenOn "SIGKILL"/],
    ['colour', true, /option "colour": known are file/],
  ]

  for (const [name, value, message] of options) {
    test(`${name} ${JSON.stringify(value)}`, () => {
      const wrong = { [name]: value } as LoggingOptions
      const refusal = (error: unknown): boolean =>
        error instanceof BadLoggingError && error.code === 'ERR_BAD_LOGGING' && message.test(error.message)
      assert.throws(() => process.logging.enableLogging(wrong), refusal)
      assert.throws(() => new ProcessLogging(wrong), refusal)
      assert.equal(process.logging.enabled, false)
    })
  }

  test('what is said later, or of one command, too', async () => {
    for (const act of [
      () => process.logging.setLogLevel('loud' as LogLevel),
      () => process.logging.setLogFile(''),
      () => process.log({ level: 'loud' as LogLevel }),
      () => process.log(''),
      () => process.log({ path: 'x' } as object),
    ])
      assert.throws(act, { code: 'ERR_BAD_LOGGING' })
    await assert.rejects(process.logging.purgeOldLogs('soon'), { code: 'ERR_BAD_LOGGING' })
    await assert.rejects(process.logging.purgeOldLogs(-1), { code: 'ERR_BAD_LOGGING' })
  })
})

async function recordsOf(desk: Desk, log = 'app.log'): Promise<Record<string, unknown>[]> {
  return (await desk.text(log)).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

function asideIn(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith('app.log.'))
}
