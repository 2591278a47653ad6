import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { useProjects } from './project.ts'

const folderWith = useProjects()

const BIG = 'head -c 150000000 /dev/zero'

interface Told {
  readonly exitCode: number
  readonly outcome: string
  readonly output: string
  readonly droppedBytes: number
}

describe('rehearsal run', () => {
  test('passes on what a command writes and ends with', async () => {
    const result = await folderWith().run('run', '--', 'sh', '-c', 'echo out; echo err >&2; exit 4')
    assert.deepEqual([result.output(), result.errorOutput(), result.exitCode()], ['out\n', 'err\n', 4])
  })

  test('stops what takes too long: 124, as timeout(1)', async () => {
    const result = await folderWith().run('run', '--timeout', '100ms', '--', 'sleep', '60')
    assert.deepEqual(
      [result.exitCode(), result.errorOutput()],
      [124, 'Command timed out: sleep 60: still running after 100 ms\n'],
    )
  })

  test('holds a command to limits', async () => {
    const result = await folderWith().run('run', '--open-files', '32', '--', 'sh', '-c', 'ulimit -n')
    assert.equal(result.output(), '32\n', result.errorOutput())
  })

  test('tells what became of it as JSON', async () => {
    const result = await folderWith().run('run', '--json', '--', 'no-such-program')
    const { exitCode, outcome } = result.json<{ exitCode: number; outcome: string }>()
    assert.deepEqual([exitCode, outcome, result.exitCode()], [127, 'notStarted', 127])
    assert.equal(result.errorOutput(), 'Cannot start "no-such-program": file not found in PATH\n')
  })

  test('draws what became of it, as a page or as a trace', async () => {
    const { folder, run } = folderWith()
    for (const name of ['build.html', 'build.json'])
      assert.equal((await run('run', '--report', name, '--', 'sh', '-c', 'echo hello; exit 3')).exitCode(), 3)
    const page = readFileSync(join(folder, 'build.html'), 'utf8')
    const { title, lanes } = JSON.parse(page.match(/id="data">(.*?)<\/script>/s)?.[1] ?? '')
    assert.deepEqual([title, lanes[0].rows[0][0].detail], ["sh -c 'echo hello; exit 3'", 'exit code 3'])
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8'))
    assert.equal(traceEvents.filter(({ ph }: { ph: string }) => ph === 'X').length, 1)
  })

  test('runs nothing when there is no writing to the file of its report', async () => {
    const { folder, run } = folderWith()
    const result = await run('run', '--report', 'nowhere/build.html', '--', 'touch', 'started')
    assert.deepEqual([result.exitCode(), existsSync(join(folder, 'started'))], [2, false])
    assert.match(result.errorOutput(), /^Cannot write the report: /)
  })

  test('refuses what means nothing', async () => {
    const { folder, run } = folderWith()
    const command = ['--', 'touch', 'started']
    for (const options of [['--timeout', 'soon'], ['--what'], ['--retry', '0'], ['--retry', '1.5'], ['--retry', 'x']]) {
      assert.equal((await run('run', ...options, ...command)).exitCode(), 2, options.join(' '))
    }
    assert.deepEqual([(await run('run')).exitCode(), existsSync(join(folder, 'started'))], [2, false])
  })

  test('passes on as much as a command writes, without keeping it', async () => {
    const running = await folderWith().bash(`$R run -- ${BIG} | wc -c; echo "\${PIPESTATUS[0]}"`)
    assert.deepEqual((await running.wait()).lines(), ['150000000', '0'])
  })

  test('tells the last of it as JSON, and how much there was besides', async () => {
    const result = await folderWith().run('run', '--json', '--', 'sh', '-c', `${BIG}; echo end`)
    const { exitCode, outcome, output, droppedBytes } = result.json<Told>()
    assert.deepEqual([exitCode, outcome, output.length + droppedBytes], [0, 'exited', 150_000_004])
    assert(output.endsWith('\0end\n'))
  })

  test('passes bytes on as they are', async () => {
    const result = await folderWith().run('run', '--', 'head', '-c', '100000', process.execPath)
    const expected = Buffer.alloc(100_000)
    const file = openSync(process.execPath, 'r')
    readSync(file, expected)
    closeSync(file)
    assert.equal(Buffer.compare(result.bytes(), expected), 0)
  })
})

describe('a signal to rehearsal run', () => {
  const answering = (signal: string) => {
    const hear = (name: string) => `trap "echo ${name}${name === signal ? '; heard=1' : ''}" ${name}`
    const traps = ['INT', 'TERM', 'HUP'].map(hear).join('; ')
    // Whatever else was sent has come by the time that its own processes have.
    return `${traps}; echo ready; while [ -z "$heard" ]; do sleep 0.02; done; sleep 0.1; exit 5`
  }

  for (const signal of ['INT', 'TERM', 'HUP'] as const) {
    test(`${signal} reaches the command once, and nothing else does; how that ends is passed on`, async () => {
      const running = await folderWith().start('run', '--retry', '3', '--', 'sh', '-c', answering(signal))
      await running.waitUntil((_, line) => line === 'ready')
      createProcess().kill(running.id(), `SIG${signal}`)
      const result = await running.wait()
      assert.deepEqual([result.lines(), result.exitCode()], [['ready', signal], 5])
    })
  }

  test('a second one stops a command that does not obey', async () => {
    const script = 'trap "echo int" INT; echo ready; while :; do sleep 0.02; done'
    const running = await folderWith().start('run', '--', 'sh', '-c', script)
    const process = createProcess()
    await running.waitUntil((_, line) => line === 'ready')
    process.kill(running.id(), 'SIGINT')
    await running.waitUntil((_, line) => line === 'int')
    process.kill(running.id(), 'SIGINT')
    assert.equal((await running.wait()).exitCode(), 143)
  })
})
