import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const FILE = fileURLToPath(new URL('../fixtures/schedule.ts', import.meta.url))
const INDEX = new URL('../../src/index.ts', import.meta.url).href

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))

const program = createProcess()
  .path(folder)
  .env({ SCHEDULE_STORE: join(folder, 'schedule.db'), TZ: 'UTC' })
const command = (...words: string[]) => [process.execPath, MAIN, ...words]
const schedule = (...words: string[]) => program.run(command('schedule', ...words, '--file', FILE))

describe('rehearsal schedule', () => {
  test('list shows every task in aligned columns, at the times of a zone', async () => {
    const [head, backup, ...others] = (await schedule('list', '--timezone', 'Asia/Tokyo')).throw().lines()
    assert.match(head ?? '', /^WHEN {9}ZONE {11}NEXT \(Asia\/Tokyo\)\s+LAST\s+TASK$/)
    // 2:30 in Berlin, in winter or in summer.
    assert.match(
      backup ?? '',
      /^30 2 \* \* \* {3}Europe\/Berlin {2}\d{4}-\d\d-\d\d (?:10|09):30:00\s+\S.* {2}backup · echo backup · Everything$/,
    )
    assert.equal(others.length, 4)
    const columns = [head, backup, ...others].map((line) => (line ?? '').search(/Europe|ZONE/))
    assert.deepEqual(new Set(columns), new Set([13]))
  })

  test('list gives the same as JSON', async () => {
    const [first] = (await schedule('list', '--json')).json<Record<string, string>[]>()
    const { nextRun, lastRun, ...rest } = first ?? {}
    assert.notEqual(lastRun, undefined)
    const expected = { command: 'echo backup', description: 'Everything', expression: '30 2 * * *' }
    assert.deepEqual(rest, { name: 'backup', timezone: 'Europe/Berlin', dst: 'vixie', ...expected })
    assert.match(nextRun ?? '', /T0[01]:30:00.000Z$/)
  })

  test('next shows what comes next', async () => {
    const lines = (await schedule('next', '--limit', '3')).lines()
    assert.deepEqual(
      lines.slice(1).map((line) => line.split('  ')[1]),
      ['echo often', 'broken', 'echo often'],
    )
  })

  test('test runs one task, and its exit code says how that went', async () => {
    const [good, bad, none, unnamed] = await Promise.all([
      schedule('test', 'backup'),
      schedule('test', 'broken'),
      schedule('test', 'nobody'),
      schedule('test'),
    ])
    assert.deepEqual([good.exitCode(), bad.exitCode(), none.exitCode(), unnamed.exitCode()], [0, 1, 2, 2])
    assert.match(bad.output(), /failed .* broken {2}exit code 3$/m)
    assert.equal(none.errorOutput(), 'Cannot run a task called "nobody": there is none\n')
    assert.match(unnamed.errorOutput(), /^Cannot test a task: name one\n/)
  })

  test('run runs what is due, unless all is paused, and history tells of it', async () => {
    const run = async (name: string) => program.run(command('schedule', 'run', '--file', minutely(name)))
    assert.deepEqual((await schedule('pause', '--json')).json(), { paused: true })
    const paused = await run('kept')
    assert.deepEqual([paused.exitCode(), /skipped .*paused/.test(paused.output())], [0, true])
    assert.deepEqual((await schedule('resume', '--json')).json(), { paused: false })
    const resumed = await run('fails')
    assert.equal(resumed.exitCode(), 1, resumed.output())
    const ofFile = (...words: string[]) => program.run(command('schedule', ...words, '--file', minutely('fails')))
    const [last] = (await ofFile('history', 'fails', '--json')).json<{ task: string; outcome: string }[]>()
    assert.deepEqual([last?.task, last?.outcome], ['fails', 'failed'])
    assert.match((await ofFile('list')).output(), /^\* \* \* \* \* .* failed +fails · exit 3$/m)
    assert.equal((await ofFile('history', 'echo never')).output(), 'There is nothing.\n')
    const nobody = await ofFile('history', 'nobody')
    assert.deepEqual(
      [nobody.exitCode(), nobody.errorOutput()],
      [2, 'Cannot show what ran of a task called "nobody": there is none\n'],
    )
  })

  test('work tells of each run, outlives one that fails, and ends with a signal', async () => {
    const working = await program.start(command('schedule', 'work', '--file', FILE))
    let failures = 0
    await working.waitUntil((_, line) => / failed {5}broken .*\(exit code 3\)/.test(line) && ++failures === 2)
    working.signal('SIGINT')
    const result = await working.wait()
    assert.equal(result.exitCode(), 0, result.errorOutput())
    assert.match(result.output(), /^Works on 5 tasks\.\n.*begins {5}echo often$/m)
    assert.match(result.output(), /Stops when all that runs is over/)
  })

  test('work lets what runs end when it is asked to stop, and ends it when it is asked again', async () => {
    const slow = (seconds: number) => `import { ProcessScheduler } from '${INDEX}'
      const scheduler = new ProcessScheduler()
      scheduler.command('sleep ${seconds}').every(200).withoutOverlapping()
      export default scheduler`
    writeFileSync(join(folder, 'slow.mjs'), slow(1))
    writeFileSync(join(folder, 'endless.mjs'), slow(1000))
    const [patient, impatient] = await Promise.all(['slow', 'endless'].map(asked))
    assert.match(patient ?? '', /succeeded {2}sleep 1 after 1\.\d s\n$/)
    assert.match(impatient ?? '', /failed {5}sleep 1000 after/)
  })

  for (const [words, message] of [
    [['schedule', 'dance'], /^Cannot "schedule dance": expected one of list, next, run,/],
    [
      ['schedule', 'list', '--limit', 'x'],
      /^Cannot use "x" as --limit: expected a number\n\nUsage: rehearsal schedule <list\|/,
    ],
    [['schedule', 'list', '--timezone', 'Mars'], /^Cannot show times in "Mars"/],
    [['schedule', 'list', '--colour'], /there is no --colour\n/],
    [['schedule', 'list'], /^Cannot read the schedule: there is no schedule.js, name it with --file\n\n/],
    [['schedule', 'list', '--file', 'empty.js'], /^Cannot read the schedule: the default export of empty.js is no/],
    [['schedule', 'work', '--file', 'idle.js'], /^Cannot work: nothing is scheduled\n/],
    [['schedule', 'list', 'extra', 'words'], /^Cannot "schedule list": "extra" means nothing here\n/],
    [['schedule', 'test', 'one', 'two'], /^Cannot "schedule test": "two" means nothing here\n/],
    [
      ['schedule', 'list', '--file', 'throws.mjs'],
      /^Cannot read the schedule: throws\.mjs throws: there is no database\n$/,
    ],
    [
      ['schedule', 'list', '--file', 'refused.mjs'],
      /^Cannot read the schedule: refused\.mjs throws: Cannot use "25:00" as a time/,
    ],
    [['schedule', 'list', '--file', 'torn.mjs'], /^Cannot read the schedule: torn\.mjs does not parse: \S/],
    [['shcedule', 'list'], /^Cannot "shcedule": unknown, did you mean "schedule"\?\n/],
    [['schedule', 'lits'], /expected one of list, .*, did you mean "list"\?\n/],
    [['schedule', '--flie', 'x'], /there is no --flie, did you mean --file\?\n/],
    [['dance'], /^Cannot "dance": unknown\n\n.*\n\nUsage: rehearsal <command>/],
    [[], /^Run commands.*\n\nUsage: rehearsal <command>/],
  ] as const) {
    test(`does not understand "${words.join(' ')}", and says why`, async () => {
      writeFileSync(join(folder, 'empty.js'), '')
      writeFileSync(join(folder, 'throws.mjs'), 'throw new Error("there is no database")')
      writeFileSync(join(folder, 'torn.mjs'), 'const open = {}\nexport default }{')
      writeFileSync(
        join(folder, 'refused.mjs'),
        `import { ProcessScheduler } from '${INDEX}'\nexport default new ProcessScheduler().daily('x', '25:00')`,
      )
      writeFileSync(join(folder, 'idle.js'), 'export default { getNextRun() {}, tasks: [] }')
      const result = await program.run(command(...words))
      assert.deepEqual([result.exitCode(), result.output()], [2, ''])
      assert.match(result.errorOutput(), message)
    })
  }
})

/** A file with a task that fails each minute, and one that never runs. */
function minutely(name: string): string {
  const file = `${name}.mjs`
  const text = `import { ProcessScheduler, SqliteStore } from '${INDEX}'
    const scheduler = new ProcessScheduler({ store: (clock) => new SqliteStore('schedule.db', clock) })
    scheduler.command('exit 3').name('${name}')
    scheduler.command('echo never').yearly().environments('nowhere')
    export default scheduler`
  writeFileSync(join(folder, file), text)
  return file
}

/** What a scheduler says that is asked to stop as soon as a command runs, and once more where that takes too long. */
async function asked(name: string): Promise<string> {
  const working = await program.start(command('schedule', 'work', '--file', `${name}.mjs`))
  await working.waitUntil((_, line) => line.includes('begins'))
  working.signal('SIGTERM')
  if (name === 'endless') {
    await working.waitUntil((_, line) => line.startsWith('Stops'))
    working.signal('SIGTERM')
  }
  const result = await working.wait()
  assert.equal(result.exitCode(), 0, result.errorOutput())
  return result.output()
}
