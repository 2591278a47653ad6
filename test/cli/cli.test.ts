import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import { createProcess, type ProcessResult } from '../../src/index.ts'
import { useDesk } from '../recording/desk.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const desk = useDesk()

function rehearsal(args: readonly string[], input = ''): Promise<ProcessResult> {
  const program = createProcess().path(desk.folder).input(input)
  return program.run([process.execPath, MAIN, ...args])
}

const record = (command: readonly string[], input = ''): Promise<ProcessResult> =>
  rehearsal(['record', '--add', '-o', desk.file, '--', ...command], input)
const seen = (result: ProcessResult): unknown => [result.exitCode(), result.output(), result.errorOutput()]

describe('rehearsal record', () => {
  test('runs a command as it would run by itself, and records it for a replay', async () => {
    const command = ['sh', '-c', 'read line; echo "got $line"; echo oh >&2; exit 3']
    assert.deepEqual(seen(await record(command, 'x\n')), [3, 'got x\n', 'oh\n'])
    const process = createProcess()
    const replayed = await process.replay(desk.file, () => process.input('x\n').run(command))
    assert.deepEqual(seen(replayed), [3, 'got x\n', 'oh\n'])
  })

  test('passes on bytes that are no text, and adds to what is there', async () => {
    await record(['true'])
    assert.deepEqual([...(await record(['printf', '\\377\\n'])).bytes()], [0xff, 0x0a])
    assert.deepEqual(desk.read().match(/"run":\["\w+/g), ['"run":["printf', '"run":["true'])
  })

  test('records where CI is set, too: that line is the word to record', async () => {
    process.env.CI = 'true'
    assert.equal((await record(['true'])).exitCode(), 0)
    assert.match(desk.read(), /"run":\["true"\]/)
  })

  test('passes a signal on to the command', async () => {
    const process = createProcess()
    const script = 'trap "echo asked; exit 5" TERM; echo ready; while :; do sleep 0.02; done'
    const running = await process.start([
      globalThis.process.execPath,
      MAIN,
      'record',
      '-o',
      desk.file,
      '--',
      'sh',
      '-c',
      script,
    ])
    await running.waitUntil((_, line) => line === 'ready')
    process.kill(running.id(), 'SIGTERM')
    const result = await running.wait()
    assert.deepEqual([result.exitCode(), result.lines()], [5, ['ready', 'asked']])
  })
})

test('a command line that means nothing starts nothing and says how it may be', async () => {
  for (const args of [['record'], ['record', '--'], ['record', '--nope', '--', 'true'], ['play'], ['nonsense']]) {
    const result = await rehearsal(args)
    const usage = args[0] === 'nonsense' ? 'rehearsal <command>' : `Usage: rehearsal ${args[0]} [<options>] `
    assert.deepEqual([result.exitCode(), result.seeInErrorOutput(usage)], [2, true], args.join(' '))
  }
  assert.deepEqual(readdirSync(desk.folder), [])
})

test('a recording that cannot be read is named', async () => {
  desk.write('{"recording":"rehearsal","version":9}\n')
  for (const command of ['replay', 'play', 'export']) {
    const result = await rehearsal([command, desk.file])
    assert.deepEqual(
      [result.exitCode(), result.seeInErrorOutput(`"${desk.file}", line 1, "version": 9 is newer`)],
      [1, true],
    )
  }
})

test('rehearsal replay writes what was recorded, and ends as that did', async () => {
  await record(['sh', '-c', 'echo out; echo err >&2; exit 4'])
  assert.deepEqual(seen(await rehearsal(['replay', desk.file])), [4, 'out\n', 'err\n'])
  await record(['echo', 'two'])
  const both = await rehearsal(['replay', '--fast', desk.file])
  assert.deepEqual([both.exitCode(), both.output()], [4, 'two\nout\n'])
  assert.equal((await rehearsal(['replay', desk.file, '--', 'echo', 'two'])).output(), 'two\n')
})

test('an asciicast goes out, and comes in as a recording', async () => {
  await record(['echo', 'two'])
  const cast = join(desk.folder, 'x.cast')
  writeFileSync(cast, (await rehearsal(['export', desk.file])).output())
  const other = join(desk.folder, 'other.ndjson')
  assert.deepEqual(seen(await rehearsal(['import', cast, '-o', other, '--', 'mine'])), [0, '', ''])
  assert.equal((await rehearsal(['replay', other])).output(), 'two\n')
})

describe('rehearsal play', () => {
  /** A script that knows nothing of a rehearsal. */
  const script = (text: string): string => {
    const file = join(desk.folder, 'script.sh')
    writeFileSync(file, text)
    return file
  }

  test('lets a shell script run on what was recorded, in order, by input, with exit codes', async () => {
    await record(['git', '--version'])
    await record(['sort', '-r'], 'a\nb\n')
    await record(['sort', '-r'], 'c\nd\n')
    await record(['date', '+%s'])
    const [date] = /\d{10}/.exec(desk.read()) ?? []
    desk.write(desk.read().replace('git version', 'rehearsed git'))
    const file = script(
      'git --version\nprintf "c\\nd\\n" | sort -r\nprintf "a\\nb\\n" | sort -r\ndate +%s\ngit push || echo "no: $?"\n',
    )
    const result = await rehearsal(['play', desk.file, '--', 'sh', file])
    assert.deepEqual(result.lines().slice(1), ['d', 'c', 'b', 'a', date, 'no: 127'])
    assert.match(result.lines()[0] ?? '', /^rehearsed git/)
    assert.match(result.errorOutput(), /Cannot play "git push"/)
  })

  test('plays the n-th run the n-th time, for as many as there are', async () => {
    const runs = [1, 2].flatMap((n) => ['{"run":["next"],"cwd":"<cwd>"}', `[0,"out","${n}\\n"]`, '[0,"exit",0]'])
    desk.write(['{"recording":"rehearsal","version":1}', ...runs, '{"end":true}\n'].join('\n'))
    const result = await rehearsal(['play', desk.file, '--', 'sh', script('next; next; next || echo "$?"')])
    assert.deepEqual(result.lines(), ['1', '2', '127'])
  })

  test('lets a Makefile run on a compiler that is not there', async () => {
    desk.write(
      [
        '{"recording":"rehearsal","version":1}',
        '{"run":["nocc","-c","a.c"],"cwd":"<cwd>"}',
        '[0,"err","a.c:1: warning: nothing\\n"]',
        '[0,"exit",0]',
        '{"run":["nocc","-c","b.c"],"cwd":"<cwd>"}',
        '[0,"exit",1]',
        '{"end":true}\n',
      ].join('\n'),
    )
    writeFileSync(join(desk.folder, 'Makefile'), 'all:\n\tnocc -c a.c\n\tnocc -c b.c\n')
    const make = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'make')))
    const command = make ? ['make'] : ['sh', script('nocc -c a.c && nocc -c b.c || exit 2')]
    const result = await rehearsal(['play', desk.file, '--', ...command])
    assert.deepEqual([result.exitCode(), result.errorOutput().startsWith('a.c:1: warning')], [2, true])
  })

  test('leaves its folder to who asks for it, and says who was not asked for', async () => {
    await record(['git', '--version'])
    const folder = (await rehearsal(['play', desk.file, '--into', 'bin'])).lines()[0] ?? ''
    assert.equal(folder, join(desk.folder, 'bin'))
    const path = `${folder}${delimiter}${process.env.PATH}`
    const result = await createProcess().env({ PATH: path }).run('git --version')
    assert.match(result.output(), /^git version/)
    const unused = await rehearsal(['play', desk.file, '--', 'true'])
    assert.match(unused.errorOutput(), /nobody ran git --version/)
  })

  test('stands in for a program that asks, answers a signal, and takes its time', async () => {
    desk.write(
      [
        '{"recording":"rehearsal","version":1}',
        `{"run":["server"],"cwd":"<cwd>","stdin":"sha256:${'a'.repeat(64)}"}`,
        '[0,"out","name?\\n"]',
        '[0,"in","ada\\n"]',
        '[0,"out","ready\\n"]',
        '[0,"signal","SIGTERM"]',
        '[100,"out","bye\\n"]',
        '[0,"exit",7]',
        '{"end":true}\n',
      ].join('\n'),
    )
    const folder = (await rehearsal(['play', desk.file, '--into', 'bin'])).lines()[0] ?? ''
    const server = await createProcess().start([join(folder, 'server')])
    await server.waitUntil((_, line) => line === 'name?')
    await server.write('eve\n')
    await server.waitUntil((_, line) => line === 'ready')
    const result = await server.stop()
    assert.deepEqual([result.exitCode(), result.lines()], [7, ['name?', 'ready', 'bye']])
  })
})
