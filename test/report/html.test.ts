import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Script } from 'node:vm'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { report, traceEvents, watchTimeline } from '../../src/report/index.ts'

const EVIL = `</script><script>alert(1)</script><img src="https://evil.example/x" onerror='x'>&amp;\u2028`

async function reported(title = EVIL): Promise<string> {
  const process = createProcess()
  return process.fake(
    { '*': process.describe().output(EVIL).after('2s').exitCode(1) },
    { now: new Date(0) },
    async () => {
      using watching = watchTimeline(process, { title })
      await process.run(['echo', EVIL])
      await process.name(EVIL).run('named')
      return report(watching)
    },
  )
}

describe('a report', () => {
  test('holds what commands are called as text, wherever that is', async () => {
    const html = await reported()
    assert.deepEqual(html.match(/<\/?script[^>]*>/g), [
      '<script type="application/json" id="data">',
      '</script>',
      '<script>',
      '</script>',
    ])
    assert(!html.includes('<img') && !html.includes('<script>alert'))
    assert.match(html, /<title>&#60;\/script&#62;/)
    const data = html.match(/id="data">(.*?)<\/script>/s)?.[1] ?? ''
    assert(!data.includes('\u2028'))
    const { title, lanes } = JSON.parse(data)
    assert.equal(title, EVIL)
    assert.equal(lanes[1].name, EVIL)
  })

  test('names no address, and its policy lets nothing be loaded or run but its own script', async () => {
    const html = await reported('plain')
    const own = html.replace(/id="data">.*?<\/script>/s, '')
    assert.deepEqual(own.match(/https?:|\/\/[a-z]|url\(|@import|src=|href=/g), null)
    const script = html.match(/<script>(.*?)<\/script>/s)?.[1] ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    assert(html.includes(`default-src 'none'`) && html.includes(`script-src 'sha256-${hash}'`))
    new Script(script)
  })

  test('of a rehearsal is the same each time', async () => {
    assert.equal(await reported(), await reported())
  })

  test('has a title of its own when one is given', async () => {
    const process = createProcess()
    using _fake = process.fake('ok')
    await process.run('a')
    assert.match(report(process.recorded(), { title: 'mine' }), /<title>mine<\/title>/)
  })
})

test('trace events have a process for each lane, and times in microseconds', async () => {
  const process = createProcess()
  const trace = await process.fake(
    { '*': process.describe().memory('5MB').after('1500ms').exitCode(1) },
    { now: new Date(0) },
    async () => {
      using watching = watchTimeline(process, { title: 'all' })
      await Promise.all([process.run('a'), process.run('a'), process.run('b')])
      return traceEvents(watching)
    },
  )
  const { traceEvents: events, displayTimeUnit } = JSON.parse(JSON.stringify(trace)) as typeof trace
  assert.equal(displayTimeUnit, 'ms')
  assert.deepEqual(
    events.filter(({ ph }) => ph === 'M').map(({ pid, args }) => [pid, args?.name]),
    [
      [0, 'all'],
      [1, 'a'],
      [2, 'b'],
    ],
  )
  assert.deepEqual(
    events
      .filter(({ ph }) => ph === 'X')
      .map(({ name, pid, tid, ts, dur, args }) => [name, pid, tid, ts, dur, args?.detail]),
    [
      ['a', 1, 0, 0, 1_500_000, 'exit code 1'],
      ['a', 1, 1, 0, 1_500_000, 'exit code 1'],
      ['b', 2, 0, 0, 1_500_000, 'exit code 1'],
    ],
  )
  assert(events.some(({ ph, name }) => ph === 'C' && name === 'memory, bytes'))
})
