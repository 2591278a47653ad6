import assert from 'node:assert/strict'
import { accessSync, constants, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { report, type Span, type SpanState, type Timeline } from '../../src/report/index.ts'

const chromiumPath = onPath(['chromium', 'chromium-browser', 'google-chrome'])
const reason = 'no chromium on the PATH: apt-get install chromium'
if (!chromiumPath) console.warn(`The page is not tried in a browser: ${reason}`)

const LANES = 400
const EACH = 25

describe.skipIf(!chromiumPath)(`in a browser (skipped with ${reason})`, () => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-report-'))
  const file = join(folder, 'report.html')
  const wrong: string[] = []
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    writeFileSync(file, report(tenThousand()))
    browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] })
    page = await browser.newPage({ viewport: { width: 1200, height: 700 }, colorScheme: 'light' })
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => wrong.push(message.text()))
    page.on('request', (request) => request.url().startsWith('file:') || wrong.push(request.url()))
    await page.goto(pathToFileURL(file).href)
    await frame()
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Waits until what was asked for is drawn. */
  const frame = () => page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const drawn = async () => {
    await frame()
    const { bars, rows } = (await page.evaluate('({ ...document.getElementById("bars").dataset })')) as Record<
      string,
      string
    >
    return { bars: Number(bars), rows: Number(rows) }
  }
  const opened = async (timeline: Timeline, width = 1200) => {
    const path = join(folder, 'another.html')
    writeFileSync(path, report(timeline))
    const another = await browser.newPage({ viewport: { width, height: 700 } })
    await another.goto(pathToFileURL(path).href)
    return another
  }
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
    await frame()
  }

  test('of ten thousand processes only those in sight are drawn', async () => {
    assert.match((await page.textContent('#summary')) ?? '', /^10,000 processes/)
    const first = await drawn()
    assert(first.rows > 5 && first.rows < 40, `${first.rows} rows`)
    assert(first.bars > 50 && first.bars <= first.rows * EACH, `${first.bars} bars`)
    await press('End')
    const last = await drawn()
    assert(last.rows > 5 && last.bars > 50)
    await press('Home')
  })

  test('keys zoom in, move and show all again', async () => {
    const all = await drawn()
    await press('+', '+', '+', '+', '+', '+')
    const near = await drawn()
    assert(near.bars < all.bars / 4 && near.rows === all.rows, `${near.bars} of ${all.bars}`)
    await press('Shift+ArrowRight', 'ArrowLeft', '-')
    await press('0')
    assert.deepEqual(await drawn(), all)
  })

  test('a hundred keys in a row are a hundred moves, and the page still answers', async () => {
    await press(...Array.from({ length: 50 }, () => ['+', 'ArrowDown']).flat())
    await press('0', 'Home')
    assert((await drawn()).bars > 50)
  })

  test('search leaves what is found, in lanes, and chooses one after the other', async () => {
    await press('/')
    await page.keyboard.type('task-7.js failed')
    assert.match((await page.textContent('#found')) ?? '', /^\d+ found$/)
    const { rows } = await drawn()
    assert(rows >= 1 && rows <= 3, `${rows} rows`)
    await press('Enter')
    assert.match((await page.textContent('#details h2')) ?? '', /task-7\.js/)
    const [first, second] = [
      await page.textContent('#details'),
      await press('Enter').then(() => page.textContent('#details')),
    ]
    assert.notEqual(first, second)
    await press('Escape', 'Escape')
    assert.equal(await page.textContent('#found'), '')
    assert.equal(await page.isHidden('#details'), true)
  })

  test('what is called like markup is text', async () => {
    await press('/')
    await page.keyboard.type('onerror')
    await press('Enter')
    assert.equal(await page.textContent('#details h2'), '<img src=x onerror=alert(1)>')
    assert.equal(await page.locator('img').count(), 0)
    await press('Escape', 'Escape')
  })

  test('light and dark follow the system, and a key', async () => {
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await press('t')
    const dark = await background()
    assert.notEqual(dark, light)
    await press('t')
    await page.emulateMedia({ colorScheme: 'dark' })
    assert.equal(await background(), light)
    const another = await browser.newPage({ colorScheme: 'dark' })
    await another.goto(pathToFileURL(file).href)
    assert.equal(await another.evaluate('getComputedStyle(document.body).backgroundColor'), dark)
    await another.close()
  })

  test('a click on a bar tells of it, and the keys are explained', async () => {
    await page.mouse.click(245, 195)
    await press('?')
    assert.equal(await page.isVisible('#help'), true)
    await press('Escape')
    assert.equal(await page.isHidden('#help'), true)
  })

  test('those run at once that do so at one moment, however short they are', async () => {
    const inRow = Array.from({ length: 40 }, (_, index) => lasting(index, index + 1))
    const most = [
      [...inRow, lasting(40, 12_000)],
      [...inRow, lasting(0.5, 12_000), lasting(7.5, 7.5)],
      [
        lasting(5, 5),
        lasting(5, 5),
        lasting(6, 12_000),
        lasting(6, 7),
        { ...lasting(6, 8), state: 'notStarted' as const },
      ],
      Array.from({ length: 1200 }, (_, index) => lasting(index, 12_000)),
    ]
    for (const [index, upTo] of ['1', '3', '2', '1,200'].entries()) {
      const another = await opened(timelineOf(most[index] as Span[]))
      assert.match(
        (await another.getAttribute('#overview', 'aria-label')) ?? '',
        new RegExp(`^Up to ${upTo} running at once`),
      )
      await another.close()
    }
  })

  test('on a narrow page every button can be reached', async () => {
    const another = await opened(tenThousand(), 400)
    for (const button of await another.locator('#tools button').all()) {
      const { x = 0, width = 0 } = (await button.boundingBox()) ?? {}
      assert(x >= 0 && width > 0 && x + width <= 400, `${await button.getAttribute('title')} ends at ${x + width}`)
      assert(await button.click({ trial: true, timeout: 2000 }).then(() => true))
    }
    await another.close()
  })

  test('it has asked the network for nothing, and nothing has gone wrong in it', () => {
    assert.deepEqual(wrong, [])
  })
})

test.skipIf(chromiumPath)('without a browser the page is made all the same', () => {
  assert.match(report(tenThousand()), /^<!doctype html>/)
})

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

function tenThousand(): Timeline {
  const lanes = Array.from({ length: LANES }, (_, lane) => ({
    name: `task-${lane}.js`,
    spans: Array.from({ length: EACH }, (_, index) => span(lane, index)),
  }))
  return { title: 'Ten thousand', unit: 'ms', origin: 0, end: EACH * 1000, lanes, marks: [], dropped: 0 }
}

function timelineOf(spans: readonly Span[]): Timeline {
  return { title: 'Some', unit: 'ms', origin: 0, end: 12_000, lanes: [{ name: 'x', spans }], marks: [], dropped: 0 }
}

function lasting(start: number, end: number): Span {
  return { ...span(0, 0), start, end, marks: [] }
}

function span(lane: number, index: number): Span {
  const start = index * 1000 + ((lane * 37) % 300)
  const states: readonly SpanState[] = ['succeeded', 'succeeded', 'failed', 'stopped']
  const evil = lane === 123 && index === 3
  return {
    start,
    end: start + 200 + ((lane * index * 13) % 900),
    state: states[(lane + index) % 4] as SpanState,
    detail: 'exit code 0',
    label: evil ? '<img src=x onerror=alert(1)>' : `node task-${lane}.js --try=${index}`,
    pid: 1000 + lane * EACH + index,
    marks: index % 5 === 0 ? [{ at: start + 50, kind: 'signal', text: 'SIGHUP' }] : [],
    output: {
      step: 100,
      buckets: [
        [0, 10, 0],
        [1, 30, 5],
      ],
    },
    cpu: [],
    memory: [],
  }
}
