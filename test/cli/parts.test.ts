import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { shareText, sizeText, spanText } from '../../src/cli/amounts.ts'
import { closest } from '../../src/cli/closest.ts'
import { Dashboard } from '../../src/cli/dashboard.ts'
import { LineLog, type LoggedLine } from '../../src/cli/line-log.ts'
import { sparkline } from '../../src/cli/sparkline.ts'
import { UpOutput } from '../../src/cli/up-output.ts'
import { usageOf } from '../../src/cli/up-usage.ts'
import { Process } from '../../src/index.ts'

test('amounts are told as somebody reads them', () => {
  const spans = [850, 12_400, 185_000, 7_800_000, 356_400_000, 3_600_000, null].map(spanText)
  assert.deepEqual(spans, ['850 ms', '12 s', '3 m 5 s', '2 h 10 m', '4 d 3 h', '1 h', '-'])
  assert.deepEqual([512 * 1024, 87.2 * 1024 ** 2, 1.4 * 1024 ** 3, undefined].map(sizeText), [
    '512 KB',
    '87.2 MB',
    '1.4 GB',
    '-',
  ])
  assert.deepEqual([0.125, 0, null].map(shareText), ['12.5%', '0.0%', '-'])
})

test('a sparkline goes from nothing to the largest, and leaves out what is not known', () => {
  assert.equal(sparkline([0, 0.5, null, 1]), '▁▅ █')
  assert.equal(sparkline([0, 0.1], { ceiling: 1 }), '▁▂')
  assert.equal(sparkline([0, 0]), '▁▁')
})

test('a word that is nearly another one is taken for that, and one that is not for nothing', () => {
  const names = ['status', 'stop', 'restart', 'run']
  assert.deepEqual(
    ['statsu', 'stpo', 'restrat', 'rum', 'help', 'x'].map((word) => closest(word, names)),
    ['status', 'stop', 'restart', 'run', undefined, undefined],
  )
})

describe('the lines of rehearsal up', () => {
  const line = (name: string, text: string): LoggedLine => ({ at: 0, name, type: 'out', text })
  const never = new AbortController().signal

  test('the last ones are kept, of all or of one and its instances', async () => {
    const log = new LineLog()
    for (let n = 0; n < 3000; n++) log.add(line(['web', 'web#2', 'db'][n % 3] as string, `line ${n}`))
    const read = async (count: number, name?: string) =>
      (await all(log.read({ name, count, follow: false }, never))).map(({ text }) => text)
    assert.deepEqual(await read(2), ['line 2998', 'line 2999'])
    assert.deepEqual(await read(3, 'web'), ['line 2995', 'line 2997', 'line 2998'])
    assert.deepEqual(await read(1, 'web#2'), ['line 2998'])
    assert.deepEqual(await read(0), [])
    assert.equal((await read(5000)).length, 2000)
  })

  test('those that come are followed until nobody wants them any more', async () => {
    const log = new LineLog()
    const gone = new AbortController()
    log.add(line('web', 'old'))
    const lines = log.read({ name: 'web', count: 1, follow: true }, gone.signal)
    assert.equal((await lines.next()).value?.text, 'old')
    const next = lines.next()
    log.add(line('db', 'of another'))
    log.add(line('web', 'new'))
    assert.equal((await next).value?.text, 'new')
    const last = lines.next()
    gone.abort()
    assert.equal((await last).done, true)
  })

  test('pieces become lines, and what is said of a process comes after what it has written', () => {
    const shown: string[] = []
    const output = new UpOutput({
      log: new LineLog(),
      show: ({ name, type, text }) => shown.push(`${name} ${type} ${text}`),
      now: () => 0,
    })
    output.write('web', 'out', 'on')
    output.write('web', 'err', 'oh\n')
    output.write('web', 'out', 'e\ntw')
    output.tell({ type: 'stopped', at: 0, group: 'g', slot: 'web', incarnation: 1 })
    assert.deepEqual(shown, ['web err oh', 'web out one', 'web out tw', 'web note stopped'])
  })
})

test('what slots use is told look after look, as shares of the time between', async () => {
  using fake = Process.fake({ '*': Process.describe().cpu(0.5).memory('20MB').hangs() })
  await using group = Process.group()
  group.add('web', ['web'], { instances: 2 }).add('later', ['later'])
  await group.start()
  const gone = new AbortController()
  const seen: unknown[] = []
  const looking = (async () => {
    for await (const { slots } of usageOf(() => group.status(), Process, { every: 1000, gone: gone.signal }))
      seen.push(slots.map(({ name, cpu, memory, processes }) => [name, cpu, sizeText(memory), processes]))
  })()
  await fake.advance('2.5s')
  gone.abort()
  await looking
  const each = (name: string) => [name, 0.5, '20.0 MB', 1]
  assert.deepEqual(seen, Array(2).fill(['web', 'web#2', 'later'].map(each)))
})

test('a terminal that does not know its size gets a table all the same', () => {
  let written = ''
  const dashboard = new Dashboard({ columns: 0, rows: 0, write: (text: string) => (written += text) })
  const slot = { name: 'web', state: 'ready', pid: 7, processes: 1, cpu: 0, memory: 0, restarts: 0, uptime: 0 }
  dashboard.show([slot])
  assert.match(written, /\nweb +ready +7 /)
})

test('the live table is drawn on a screen of its own, in its size, and gives the terminal back', () => {
  let written = ''
  const terminal = { columns: 100, rows: 5, write: (text: string) => (written += text) }
  const dashboard = new Dashboard(terminal)
  const slot = { state: 'ready', pid: 7, processes: 1, memory: 5 * 1024 ** 2, restarts: 0, uptime: 1000 }
  for (const cpu of [0, 0.5, 1]) dashboard.show(['a', 'b', 'c', 'd'].map((name) => ({ ...slot, name, cpu })))
  dashboard.close()
  dashboard.close()
  assert(
    written.startsWith('\u001b[?1049h\u001b[?25l') && written.endsWith('\u001b[J\u001b[?25h\u001b[?1049l'),
    written,
  )
  const last = written.split('\u001b[H').at(-1) ?? ''
  const lines = last.split('\n').map((text) => (text.split('\u001b')[0] ?? '').trimEnd())
  assert.match(lines[1] ?? '', /^a +ready +7 +100\.0% +▁▅█ +5\.0 MB +███/)
  assert.deepEqual([lines.length, lines.every((text) => text.length <= 100)], [5, true])
})

test('curves get what figures leave of the width, and no figure is cut', () => {
  const slot = { state: 'ready', pid: 123_456, processes: 12, memory: 512 * 1024 ** 2, restarts: 10, uptime: 7_800_000 }
  const lineAt = (columns: number): string => {
    let written = ''
    const dashboard = new Dashboard({ columns, rows: 24, write: (text: string) => (written += text) })
    for (let look = 0; look < 40; look++) dashboard.show([{ ...slot, name: 'web', cpu: 1 }])
    const [, line] = (written.split('\u001b[H').at(-1) ?? '').split('\n')
    return line?.split('\u001b')[0] ?? ''
  }
  const [pid, cpu, memory] = ['123456', '100.0%', '512.0 MB']
  const [long, short] = ['█'.repeat(30), '█'.repeat(6)]
  const rest = '12     10        2 h 10 m'
  assert.deepEqual([140, 80, 60, 40].map(lineAt), [
    `web   ready  ${pid}  ${cpu}  ${long}  ${memory}  ${long}  ${rest}`,
    `web   ready  ${pid}  ${cpu}  ${short}  ${memory}  ${short}  ${rest}`,
    `web   ready  ${pid}  ${cpu}  ${memory}  12     2 h 10 m`,
    `web   ready  ${cpu}  ${memory}  2 h 10 m`,
  ])
})

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of items) found.push(item)
  return found
}
