import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const INDEX = new URL('../../src/index.ts', import.meta.url).href

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-queue-cli-'))
afterAll(() => rmSync(folder, { recursive: true }))
let stores = 0

/** A queue of its own on the command line. */
function queueOf() {
  const program = createProcess()
    .path(folder)
    .env({ REHEARSAL_QUEUE: join(folder, `${stores++}.db`), TZ: 'UTC' })
  const command = (...words: string[]) => [process.execPath, MAIN, 'queue', ...words]
  return {
    run: (...words: string[]) => program.run(command(...words)),
    start: (...words: string[]) => program.start(command(...words)),
  }
}

describe('rehearsal queue', () => {
  test('pushes, shows, works and tells of it', async () => {
    const queue = queueOf()
    assert.match((await queue.run('push', '--queue', 'mail', '--', 'echo', 'a b')).output(), /^Queued as \S+\.\n$/)
    const status = (await queue.run('status')).lines()
    assert.match(status[0] ?? '', /^QUEUE {2}WAITING {2}DELAYED {2}ACTIVE {2}DONE {2}FAILED {2}CANCELLED$/)
    assert.match(status[1] ?? '', /^mail {3}1 {8}0 {8}0 {7}0 {5}0 {7}0$/)
    const worked = (await queue.run('work', '--queue=mail,default', '--stop-when-empty')).lines()
    assert.match(worked[0] ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}processing {2}mail {2}echo 'a b'$/)
    assert.match(worked[1] ?? '', / {2}processed {3}mail {2}echo 'a b'$/)
    assert.equal(worked[2], 'Ended: empty.')
  })

  test('shows what failed, and lets it be tried again', async () => {
    const queue = queueOf()
    const { id } = (await queue.run('push', '--json', '--', 'sh', '-c', 'exit 3')).json<{ id: string }>()
    const worked = (await queue.run('work', '--once', '--json')).lines().map((line) => JSON.parse(line))
    assert.deepEqual(
      worked.map(({ event, attempt, exitCode }) => [event, attempt, exitCode]),
      [
        ['processing', 1, undefined],
        ['failed', 1, 3],
      ],
    )
    const [job] = (await queue.run('failed', '--json')).json<Record<string, unknown>[]>()
    assert.deepEqual([job?.id, job?.state], [id, 'failed'])
    assert.equal((await queue.run('retry', id)).output(), '1 job to be tried again.\n')
    assert.equal((await queue.run('retry', id)).exitCode(), 1)
    assert.equal((await queue.run('cancel', id)).output(), '1 job cancelled.\n')
  })

  test('pauses and goes on, and forgets what waits, what failed and what is over', async () => {
    const queue = queueOf()
    const said = async (...words: string[]) => (await queue.run(...words)).output()
    await queue.run('push', '--', 'false')
    await queue.run('work', '--once')
    assert.equal(await said('flush'), '1 job forgotten.\n')
    await queue.run('push', '--', 'true')
    assert.equal(await said('pause', '--queue', 'default'), 'Paused "default", for all who share the store.\n')
    assert.equal(await said('work', '--stop-when-empty'), 'Ended: empty.\n')
    assert.match(await said('status'), /default {2}1 .* paused\n/)
    assert.equal(await said('resume', '--queue', 'default'), 'Resumed "default", for all who share the store.\n')
    assert.match(await said('work', '--stop-when-empty'), /processed {3}default {2}true\n/)
    assert.equal(await said('prune'), '0 jobs forgotten.\n')
    assert.equal(await said('prune', '--age', '0s'), '1 job forgotten.\n')
    await queue.run('push', '--', 'true')
    assert.equal(await said('clear'), '1 job forgotten.\n')
    assert.equal(await said('status'), 'There is nothing.\n')
  })

  test('ends well where there is nothing to forget or to try again, but not without the one that was named', async () => {
    const queue = queueOf()
    const codeOf = async (words: string) => (await queue.run(...words.split(' '))).exitCode()
    assert.deepEqual(await Promise.all(['prune', 'flush', 'clear', 'retry all'].map(codeOf)), [0, 0, 0, 0])
    assert.deepEqual(await Promise.all(['retry x', 'forget x', 'cancel x'].map(codeOf)), [1, 1, 1])
  })

  test('pause and resume say what they did as JSON, too', async () => {
    const queue = queueOf()
    assert.deepEqual((await queue.run('pause', '--json', '--queue', 'mail')).json(), { queue: 'mail', paused: true })
    assert.deepEqual((await queue.run('resume', '--json')).json(), { queue: 'default', paused: false })
  })

  test('says what it does not understand', async () => {
    const queue = queueOf()
    const lines = ['nonsense', 'work --concurrency many', 'push', 'retry', 'status all', 'push --delay soon -- true']
    const results = await Promise.all(lines.map((line) => queue.run(...line.split(' '))))
    assert.deepEqual(
      results.map((result) => result.exitCode()),
      lines.map(() => 2),
    )
    assert.deepEqual((await queue.run('list', '--json')).json(), [])
  })

  test('ends with the code 12 when it holds more than it may, after the job that it has', async () => {
    const queue = queueOf()
    await Promise.all([1, 2].map(() => queue.run('push', '--', 'true')))
    const worker = await queue.run('work', '--memory', '1MB')
    assert.deepEqual([worker.exitCode(), worker.lines().at(-1)], [12, 'Ended: memory.'])
    assert.match((await queue.run('status')).lines()[1] ?? '', /^default {2}1 .* 1 {5}0 {7}0$/)
  })

  test('a command runs where it was told to', async () => {
    const queue = queueOf()
    await queue.run('push', '--cwd', '/', '--idle-timeout', '5s', '--', 'pwd')
    await queue.run('work', '--once')
    const [job] = (await queue.run('list', '--json')).json<{ result: { output: string } }[]>()
    assert.equal(job?.result.output, '/\n')
  })

  test('says so when the file is no database, and leaves it as it is', async () => {
    const file = join(folder, 'text.db')
    writeFileSync(file, 'this is no database, but some text of a certain length that is none\n'.repeat(50))
    const result = await queueOf().run('status', '--store', file)
    assert.equal(result.exitCode(), 1)
    assert.match(result.errorOutput(), /^Cannot use the store ".*text\.db": file is not a database\n$/)
  })

  test('a worker that gets TERM lets its job end; TERM again stops it and gives it back', async () => {
    const queue = queueOf()
    const { id } = (await queue.run('push', '--json', '--', 'sh', '-c', 'trap "" TERM; echo up > up; sleep 1')).json<{
      id: string
    }>()
    const patient = await queue.start('work')
    await patient.waitUntil((_, line) => line.includes('processing'))
    patient.signal('SIGTERM')
    const result = await patient.wait()
    assert.match(result.output(), /Stops when all that runs is over/)
    assert.match(result.output(), /processed/)
    assert.match(result.output(), /Ended: stopped\./)
    await queue.run('push', '--', 'sleep', '60')
    const hasty = await queue.start('work')
    await hasty.waitUntil((_, line) => line.includes('processing'))
    hasty.signal('SIGTERM')
    await hasty.waitUntil((_, line) => line.startsWith('Stops'))
    hasty.signal('SIGTERM')
    assert.match((await hasty.wait()).output(), /released .*its worker was stopped/)
    const jobs = (await queue.run('list', '--json')).json<{ id: string; state: string; attempts: number }[]>()
    assert.deepEqual(
      jobs.map(({ state, attempts }) => [state, attempts]),
      [
        ['waiting', 0],
        ['done', 1],
      ],
    )
    assert.equal(jobs[1]?.id, id)
  })

  test('a worker that gets USR2 takes no job until it gets CONT', async () => {
    const queue = queueOf()
    await queue.run('push', '--', 'echo', 'first')
    const worker = await queue.start('work', '--rest', '10ms')
    await worker.waitUntil((_, line) => /processed .*echo first/.test(line))
    worker.signal('SIGUSR2')
    await worker.waitUntil((_, line) => line === 'Paused until CONT comes.')
    await queue.run('push', '--', 'echo', 'one')
    assert.match((await queue.run('work', '--once')).output(), /processed .*echo one/)
    worker.signal('SIGCONT')
    await queue.run('push', '--', 'echo', 'two')
    await worker.waitUntil((_, line) => /processed .*echo two/.test(line))
    worker.signal('SIGTERM')
    const output = (await worker.wait()).output()
    assert.match(output, /Goes on\.\n/)
    assert.doesNotMatch(output, /echo one/)
  })

  test('a job gives itself back from inside its own command, and spends no attempt', async () => {
    const queue = queueOf()
    const program = join(folder, 'busy.mts')
    writeFileSync(
      program,
      `import { existsSync, writeFileSync } from 'node:fs'
import { QueuedProcess } from '${INDEX}'
const queued = new QueuedProcess()
if (!existsSync('seen')) {
  writeFileSync('seen', process.env.REHEARSAL_JOB_ATTEMPT ?? '')
  await queued.release('10ms')
}
await queued.close()
`,
    )
    const { id } = (await queue.run('push', '--json', '--', process.execPath, program)).json<{ id: string }>()
    const worker = await queue.start('work')
    await worker.waitUntil((_, line) => line.includes('processed'))
    worker.signal('SIGTERM')
    const lines = (await worker.wait()).lines().map((line) => line.split('  ')[1]?.trim())
    assert.deepEqual(lines.slice(0, 4), ['processing', 'released', 'processing', 'processed'])
    const [job] = (await queue.run('list', '--json')).json<{ id: string; attempts: number }[]>()
    assert.deepEqual([job?.id, job?.attempts], [id, 1])
  })
})
