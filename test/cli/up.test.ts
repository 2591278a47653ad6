import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { useProjects } from './project.ts'

const INDEX = new URL('../../src/index.ts', import.meta.url).href

const folderWith = useProjects()

describe('rehearsal up', () => {
  test('brings up a Procfile, names each line, and stops everything on a signal', async () => {
    const { folder, start } = folderWith({
      Procfile: '# all of it\nweb: echo "a b"; exec sleep 60\nworker: exec sleep 60\n',
    })
    const running = await start('up', '--report', 'up.html')
    await running.waitUntil((_, line) => line === 'web    | a b')
    await running.waitUntil((_, line) => line === 'All is up.')
    running.signal('SIGINT')
    const result = await running.wait()
    assert.equal(result.exitCode(), 0, result.errorOutput())
    assert.match(result.output(), /^worker \| started, pid \d+$/m)
    assert.match(result.output(), /^Stops\.$/m)
    assert.deepEqual(result.survivors, [])
    assert.match(
      readFileSync(join(folder, 'up.html'), 'utf8'),
      /"name":"[^"]*web","rows":\[\[\{"start":0,.*?"state":"stopped"/,
    )
  })

  test('starts in order, by a typed config, with schedules beside it', async () => {
    const config = `import { defineConfig } from '${INDEX}'
export default defineConfig({
  processes: {
    api: { command: ['sh', '-c', 'echo api; sleep 3'], after: 'db' },
    db: { command: 'echo starting; sleep 0.2; echo "$NAME is ready"; sleep 3', env: { NAME: 'db' }, ready: { output: 'is ready' } },
  },
  schedule: (scheduler) => void scheduler.command('echo scheduled >> scheduled').everySecond(),
})
`
    const result = await folderWith({ 'rehearsal.config.ts': config }).run('up')
    assert.equal(result.exitCode(), 0, result.errorOutput())
    const lines = result.lines()
    assert(lines.indexOf('db  | db is ready') < lines.indexOf('api | api'), result.output())
  })

  test('says who did not come up, and leaves nothing behind', async () => {
    const config = { maxRestarts: 0, processes: { web: 'exec sleep 60', gone: ['no-such-program'] } }
    const result = await folderWith({ 'rehearsal.config.json': JSON.stringify(config) }).run('up')
    assert.equal(result.exitCode(), 1)
    assert.match(result.output(), /gone.*file not found in PATH/)
    assert.match(result.output(), /^web {2}\| stopped$/m)
  })

  test('is asked and told from elsewhere, by those who may', async () => {
    const { run, start } = folderWith({ Procfile: 'web: echo "web $$"; exec sleep 60\ndb: exec sleep 60\n' })
    const running = await start('up')
    await running.waitUntil((_, line) => line === 'All is up.')

    const { slots } = (await run('status', '--json')).json<{ slots: { name: string; state: string; pid: number }[] }>()
    assert.deepEqual(
      slots.map(({ name, state }) => [name, state]),
      [
        ['web', 'ready'],
        ['db', 'ready'],
      ],
    )
    const restarted = await run('restart', 'web')
    assert.match(restarted.output(), /^web: ready, pid \d+\n$/)
    assert(!restarted.output().includes(` ${slots[0]?.pid}\n`))
    assert.equal((await run('logs', 'db', '-n', '1')).output(), 'db  | ready\n')
    assert.match((await run('monitor', '--every', '100ms')).output(), /^NAME .*\nweb {3}ready .*%.* MB .*\ndb .*\n$/)
    for (const words of [
      ['monitor', '--every', 'soon'],
      ['monitor', '--every', '0'],
      ['monitor', '--every', '0s'],
      ['monitor', '--count', '0'],
      ['logs', '-n', '1.5'],
    ])
      assert.equal((await run(...words)).exitCode(), 2, words.join(' '))
    assert.deepEqual([(await run('restart', 'nobody')).exitCode(), (await run('logs', 'nobody')).exitCode()], [1, 1])
    const second = await run('up')
    assert.deepEqual([second.exitCode(), second.seeInErrorOutput('runs for this project already')], [1, true])

    const following = await start('logs', '-f', '--json', 'db')
    await following.waitUntil((_, line) => line.includes('"ready"'))
    assert.equal((await run('stop')).output(), 'Stopped web, db.\n')
    assert.match((await following.wait()).output(), /"text":"stopped"\}\n$/)
    const result = await running.wait()
    assert.deepEqual([result.exitCode(), result.survivors], [0, []])
    const after = await run('status')
    assert.deepEqual([after.exitCode(), after.seeInErrorOutput('none runs for this project')], [3, true])
  })

  const bad: Record<string, [Record<string, string>, RegExp]> = {
    'no config': [{}, /there is none of rehearsal\.config\.ts/],
    'a line that is none': [
      { Procfile: 'web: ls\nwhat\n' },
      /Procfile, line 2: expected "name: command", found "what"/,
    ],
    'a name that is there twice': [{ Procfile: 'web: ls\nweb: ls\n' }, /line 2: "web" is there twice/],
    'no JSON': [{ 'rehearsal.config.json': '{' }, /rehearsal\.config\.json: /],
    'no processes': [
      { 'rehearsal.config.json': '{}' },
      /"processes": expected an object of commands by name, found nothing/,
    ],
    'no command': [
      { 'rehearsal.config.json': '{"processes":{"web":{"command":3}}}' },
      /"processes\.web\.command": expected text for the shell, or words, found 3/,
    ],
    'a policy that means nothing': [
      { 'rehearsal.config.json': '{"processes":{"web":{"command":"ls","maxRestarts":-1}}}' },
      /"processes\.web\.maxRestarts": expected a whole number from 0 on, or Infinity, found -1/,
    ],
    'a policy that means nothing beside that of the group': [
      {
        'rehearsal.config.json': '{"backoff":{"first":500},"processes":{"web":{"command":"ls","backoff":{"cap":400}}}}',
      },
      /"processes\.web": Cannot use 400 as backoff\.cap: expected no less than backoff\.first, 500 ms/,
    ],
    'a dependency that is not there': [
      { 'rehearsal.config.json': '{"processes":{"web":{"command":"touch started","after":"db"}}}' },
      /"processes\.web\.after": there is no process "db"/,
    ],
    'a schedule that means nothing': [
      {
        'rehearsal.config.mjs':
          'export default { processes: { web: "ls" }, schedule: (s) => void s.command("x").cron("bad") }',
      },
      /"schedule": Cannot schedule "bad": /,
    ],
    'tasks that cannot be told apart': [
      {
        'rehearsal.config.mjs':
          'export default { processes: { web: "ls" }, schedule: (s) => [1, 2].forEach(() => s.command("x").daily()) }',
      },
      /"schedule": Cannot tell two tasks apart: /,
    ],
  }
  for (const [what, [files, message]] of Object.entries(bad)) {
    test(`refuses ${what}, and says where`, async () => {
      const { folder, run } = folderWith(files)
      const result = await run('up')
      assert.equal(result.exitCode(), 2, result.errorOutput())
      assert.match(result.errorOutput(), message)
      assert.deepEqual([result.output(), existsSync(join(folder, 'started'))], ['', false])
    })
  }

  test('ends first what one has left that was killed', async () => {
    const config = { graceTime: '300ms', command: 'trap "" TERM; exec sleep 60' }
    const { start } = folderWith({ 'rehearsal.config.json': JSON.stringify({ processes: { web: config } }) })
    const first = await start('up')
    await first.waitUntil((_, line) => line === 'All is up.')
    const pid = Number(first.output().match(/(?<=started, pid )\d+/)?.[0])
    first.signal('SIGKILL')
    await first.ended()
    const { processes } = createProcess()
    assert.equal(await processes.isRunning(pid), true)
    const second = await start('up')
    await second.waitUntil((_, line) => line === 'All is up.')
    assert.equal(await processes.isRunning(pid), false)
    second.signal('SIGTERM')
    const lines = (await second.wait()).lines()
    assert.equal(lines[0], `web | ended pid ${pid}, left by a "rehearsal up" that was killed`)
  }, 30_000)
})

describe('rehearsal doctor', () => {
  test('says what works here and what is missing, and why', async () => {
    const { run } = folderWith()
    const lines = (await run('doctor')).throw().lines()
    assert.match(lines[0] ?? '', /^ABOUT {6}WHAT +STATE$/)
    assert.match(lines[1] ?? '', /^runtime {4}Node +yes {2}v\d+\.\d+\.\d+$/)
    const findings = (await run('doctor', '--json')).json<
      { about: string; name: string; works: boolean; state: string }[]
    >()
    assert.deepEqual([...new Set(findings.map(({ about }) => about))], ['runtime', 'driver', 'isolation', 'package'])
    for (const { works, state, name } of findings)
      assert(works || state !== '', `${name} does not work, and nobody says why`)
  })
})
