import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { BadRecordingError, RecordingNotSavedError } from '../../src/index.ts'
import { parseCassette, printCassette } from '../../src/recording/cassette.ts'
import { LARGEST } from '../../src/recording/cassette-file.ts'
import { machine, useDesk } from './desk.ts'

const FIRST = '{"recording":"rehearsal","version":1}'
const RUN = '{"run":["git","status"],"cwd":"<cwd>"}'
const EXIT = '[0,"exit",0]'
const END = '{"end":true}'

const textOf = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

describe('a recording is read and printed without loss:', () => {
  const wholes: Readonly<Record<string, readonly string[]>> = {
    'an empty one': [],
    'every event': [
      '{"run":"git status","cwd":"/srv","env":["!A","B"],"told":{"B":"sha256:' +
        'a'.repeat(64) +
        '"},"stdin":"unread","repeats":true}',
      '[0,"out","text\\n"]',
      '[1000,"err",{"base64":"/w=="}]',
      '[0,"in","input"]',
      '[0,"eof"]',
      '[0,"signal","SIGTERM"]',
      '[0,"exit","SIGTERM"]',
      '[1000,"out",""]',
      RUN,
      '[0,"fail",{"errno":"ENOENT","detail":"folder \\"x\\": not found"}]',
      RUN,
      '[0,"fail","EACCES"]',
    ],
  }
  for (const [title, lines] of Object.entries(wholes)) {
    test(title, () => {
      const text = textOf(FIRST, ...lines, END)
      assert.equal(printCassette(parseCassette(text, 'x')), text)
    })
  }
})

describe('a recording is refused, by line and field, that', () => {
  const bad: Readonly<Record<string, readonly [line: number | undefined, field: string | undefined, text: string]>> = {
    'is empty': [1, undefined, ''],
    'is of something else': [1, undefined, '{"version":1}\n'],
    'is of another kind': [1, 'recording', '{"recording":"tape","version":1}\n'],
    'is newer': [1, 'version', '{"recording":"rehearsal","version":2}\n'],
    'has no version': [1, 'version', '{"recording":"rehearsal"}\n'],
    'has a date that is none': [1, 'recorded', '{"recording":"rehearsal","version":1,"recorded":"soon"}\n'],
    'lacks its first line': [1, undefined, textOf(RUN, EXIT, END)],
    'is cut off within a line': [3, undefined, `${textOf(FIRST, RUN)}[0,"ex`],
    'is cut off between two lines': [3, undefined, textOf(FIRST, RUN)],
    'is cut off between two runs': [4, undefined, textOf(FIRST, RUN, EXIT)],
    'goes on after its end': [3, undefined, textOf(FIRST, END, RUN)],
    'is two in one': [2, undefined, textOf(FIRST, FIRST, END)],
    'has a line that is no JSON': [2, undefined, textOf(FIRST, 'run: git', END)],
    'has an empty line': [2, undefined, textOf(FIRST, '', END)],
    'has a line of another kind': [2, undefined, textOf(FIRST, '5', END)],
    'has an object of another kind': [2, undefined, textOf(FIRST, '{"cwd":"x"}', END)],
    'has a run without an end': [4, undefined, textOf(FIRST, RUN, '[0,"out","x"]', END)],
    'has a run of nothing': [2, 'run', textOf(FIRST, '{"run":[],"cwd":"x"}', EXIT, END)],
    'has a run of numbers': [2, 'run', textOf(FIRST, '{"run":[1],"cwd":"x"}', EXIT, END)],
    'has a run without a folder': [2, 'cwd', textOf(FIRST, '{"run":"x"}', EXIT, END)],
    'has a field that nobody knows': [2, 'Repeats', textOf(FIRST, '{"run":"x","cwd":"y","Repeats":true}', EXIT, END)],
    'has a digest that is none': [2, 'stdin', textOf(FIRST, '{"run":"x","cwd":"y","stdin":"abc"}', EXIT, END)],
    'repeats by halves': [2, 'repeats', textOf(FIRST, '{"run":"x","cwd":"y","repeats":2}', EXIT, END)],
    'has names that are none': [2, 'env', textOf(FIRST, '{"run":"x","cwd":"y","env":[5]}', EXIT, END)],
    'has an event without a run': [2, undefined, textOf(FIRST, EXIT, END)],
    'has an event before its time': [3, 'time', textOf(FIRST, RUN, '[-1,"exit",0]', END)],
    'has an event at no time': [3, 'time', textOf(FIRST, RUN, '["0","exit",0]', END)],
    'has an event that nobody knows': [3, 'code', textOf(FIRST, RUN, '[0,"toString","x"]', END)],
    'has output that is none': [3, 'data', textOf(FIRST, RUN, '[0,"out",5]', END)],
    'has output that is half base64': [3, 'data', textOf(FIRST, RUN, '[0,"out",{"base64":"/w="}]', END)],
    'has an exit code that is none': [3, 'data', textOf(FIRST, RUN, '[0,"exit",256]', END)],
    'dies of what nobody dies of': [3, 'data', textOf(FIRST, RUN, '[0,"exit","SIGCHLD"]', END)],
    'has a signal that is none': [3, 'data', textOf(FIRST, RUN, '[0,"signal","SIGNOPE"]', EXIT, END)],
    'has an event with too much': [3, 'data', textOf(FIRST, RUN, '[0,"exit",0,1]', END)],
    'ends twice': [4, undefined, textOf(FIRST, RUN, EXIT, EXIT, END)],
    'fails after it has begun': [4, undefined, textOf(FIRST, RUN, '[0,"out","x"]', '[0,"fail","ENOENT"]', END)],
  }
  for (const [title, [line, field, text]] of Object.entries(bad)) {
    test(title, () => {
      assert.throws(
        () => parseCassette(text, 'x.ndjson'),
        (error) => {
          assert(error instanceof BadRecordingError)
          assert.deepEqual(
            [error.code, error.file, error.line, error.field],
            ['ERR_BAD_RECORDING', 'x.ndjson', line, field],
          )
          assert(error.message.startsWith(`Cannot read the recording "x.ndjson", line ${line}`), error.message)
          return true
        },
      )
    })
  }
})

describe('the file of a recording', () => {
  const desk = useDesk()
  const process = machine({ '*': [{ write: 'out', data: 'x\n' }] })
  const record = (): Promise<unknown> => process.record(desk.file, { mode: 'all' }, () => process.run('x'))

  test('is its owner’s alone, and nothing is left beside it', async () => {
    await record()
    assert.equal(statSync(desk.file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(desk.folder), ['recording.ndjson'])
  })

  test('that is a symbolic link is neither read nor written', async () => {
    const target = `${desk.folder}/target`
    writeFileSync(target, 'precious')
    symlinkSync(target, desk.file)
    await assert.rejects(record(), { code: 'ERR_BAD_RECORDING', message: /symbolic link/ })
    assert.throws(() => process.replay(desk.file), { code: 'ERR_BAD_RECORDING', message: /symbolic link/ })
  })

  test('that is a link by the time it is written is not followed', async () => {
    const recording = process.record(desk.file, { mode: 'all' })
    await process.run('x')
    symlinkSync('/nowhere', desk.file)
    assert.throws(() => recording.restore(), { code: 'ERR_RECORDING_NOT_SAVED', message: /symbolic link/ })
    assert.deepEqual(readdirSync(desk.folder), ['recording.ndjson'])
  })

  test('that is a folder, or may not be read, is refused', () => {
    mkdirSync(desk.file)
    assert.throws(() => process.replay(desk.file), { code: 'ERR_BAD_RECORDING', message: /not a file|EISDIR/ })
  })

  test('that is larger than 64 MiB is refused before it is read', () => {
    desk.write('')
    truncateSync(desk.file, LARGEST + 1)
    assert.throws(() => process.replay(desk.file), { code: 'ERR_BAD_RECORDING', message: /67108865 bytes are more/ })
  })

  test('that is not UTF-8 is refused by line', () => {
    writeFileSync(desk.file, Buffer.concat([Buffer.from(textOf(FIRST, RUN)), Buffer.from([0x22, 0xff, 0x0a])]))
    assert.throws(() => process.replay(desk.file), { code: 'ERR_BAD_RECORDING', line: 3, message: /not UTF-8/ })
  })

  test('that is not there is refused in a replay, before anything starts', () => {
    assert.throws(() => process.replay(desk.file), { code: 'ERR_BAD_RECORDING', message: /there is no such file/ })
    assert.throws(() => process.recorded(), /nothing is recorded/)
  })

  test('that somebody else has changed meanwhile stays as they left it', async () => {
    const [one, other] = [process.record(desk.file, { mode: 'all' }), machine({ '*': [] })]
    await process.run('x')
    await other.record(desk.file, { mode: 'all' }, () => other.run('theirs'))
    const theirs = desk.read()
    assert.throws(() => one.restore(), RecordingNotSavedError)
    assert.equal(desk.read(), theirs)
    assert.deepEqual(readdirSync(desk.folder), ['recording.ndjson'])
  })

  test('that somebody else is writing stays theirs', async () => {
    await record()
    const before = desk.read()
    writeFileSync(`${desk.file}.tmp`, 'half of it')
    await assert.rejects(
      process.record(desk.file, { mode: 'all' }, () => process.run('y')),
      { code: 'ERR_RECORDING_NOT_SAVED', message: /somebody else is writing/ },
    )
    assert.equal(desk.read(), before)
    assert.deepEqual(readdirSync(desk.folder).sort(), ['recording.ndjson', 'recording.ndjson.tmp'])
  })

  test('stays as it was when it cannot be written', async () => {
    if (globalThis.process.getuid?.() === 0) return assertRefused('/proc/nowhere/recording.ndjson')
    await record()
    const before = desk.read()
    chmodSync(desk.folder, 0o500)
    await assert.rejects(
      process.record(desk.file, { mode: 'all' }, () => process.run('y')),
      RecordingNotSavedError,
    )
    chmodSync(desk.folder, 0o700)
    assert.equal(desk.read(), before)
  })

  async function assertRefused(file: string): Promise<void> {
    await assert.rejects(
      process.record(file, { mode: 'all' }, () => process.run('y')),
      RecordingNotSavedError,
    )
  }

  test('is not touched by a recording that says the same', async () => {
    await record()
    const { ino } = statSync(desk.file)
    await record()
    assert.equal(statSync(desk.file).ino, ino)
  })

  test('is not written when the callback fails, when it is discarded, or while something runs', async () => {
    await record()
    const before = desk.read()
    const fails = process.record(desk.file, { mode: 'all' }, async () => {
      await process.run('y')
      throw new Error('no')
    })
    await assert.rejects(fails, { message: 'no' })
    const discarded = process.record(desk.file, { mode: 'all' })
    await process.run('y')
    discarded.discard()
    discarded.restore()
    const hangs = machine({ '*': [{ hang: true }] })
    const open = hangs.record(desk.file, { mode: 'all' })
    const running = await hangs.start('y')
    assert.throws(() => open.restore(), { code: 'ERR_RECORDING_NOT_SAVED', message: /"y" is not over/ })
    await running.stop()
    assert.equal(desk.read(), before)
  })
})
