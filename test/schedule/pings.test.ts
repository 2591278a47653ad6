import assert from 'node:assert/strict'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, test, vi } from 'vitest'
import { rehearsed } from './rehearsed.ts'

const server = setupServer()
/** What arrived, in order. */
let arrived: string[] = []

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterEach(() => {
  vi.restoreAllMocks()
  server.resetHandlers()
  arrived = []
})
afterAll(() => server.close())

describe('pings', () => {
  test('tell of the beginning and of the end, each of its own', async () => {
    answer()
    for (const [command, ends] of [
      ['good', ['/before', '/success', '/then']],
      ['bad', ['/before', '/failure', '/then']],
    ] as const) {
      arrived = []
      const { scheduler, workFor, errors } = rehearsed({ good: 'ok', bad: 1 })
      scheduler
        .daily(command, '1:00')
        .pingBefore('http://status.test/before')
        .thenPing(new URL('http://status.test/then'))
        .pingOnSuccess('http://status.test/success')
        .pingOnFailure({ url: 'http://status.test/failure' })
        .pingBeforeIf(false, 'http://status.test/no')
        .thenPingIf(false, 'http://status.test/no')
        .pingOnSuccessIf(false, 'http://status.test/no')
        .pingOnFailureIf(false, 'http://status.test/no')
      await workFor('2h')
      assert.deepEqual(arrived.toSorted(), ends)
      assert.deepEqual(errors, [])
    }
  })

  test('are sent if a condition holds', async () => {
    answer()
    const { scheduler, workFor } = rehearsed({ good: 'ok', bad: 1 })
    scheduler.daily('good', '1:00').pingBeforeIf(true, 'http://a.test/1').thenPingIf(true, 'http://a.test/2')
    scheduler.daily('bad', '1:00').pingOnFailureIf(true, 'http://a.test/3').pingOnSuccessIf(true, 'http://a.test/4')
    await workFor('2h')
    assert.deepEqual(arrived.toSorted(), ['/1', '/2', '/3'])
  })

  test('may be any request, which is written when it is sent', async () => {
    server.use(
      http.post('http://hook.test/', async ({ request }) => {
        arrived.push(`${request.headers.get('x-token')} ${await request.text()}`)
        return new HttpResponse(null, { status: 204 })
      }),
    )
    const { scheduler, workFor, errors } = rehearsed({ x: 7 })
    scheduler.daily('x', '1:00').thenPing({
      url: 'http://hook.test/',
      headers: { 'x-token': 'secret' },
      body: (end) => JSON.stringify({ task: end?.task, code: end?.exitCode }),
    })
    await workFor('2h')
    assert.deepEqual([arrived, errors], [['secret {"task":"x","code":7}'], []])
  })

  test('that are never answered hold nothing up, and are given up in real time', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      assert.equal(ms, 10_000)
      const soon = new AbortController()
      setTimeout(() => soon.abort(new Error('timed out')), 20)
      return soon.signal
    })
    server.use(http.get('http://silent.test/', () => new Promise<HttpResponse<null>>(() => {})))
    const { fake, scheduler, times, errors } = rehearsed()
    scheduler.command('x').hourly().pingBefore('http://silent.test/')
    const work = scheduler.work()
    await fake.advance('3h')
    assert.deepEqual(times('x'), ['01:00', '02:00', '03:00'])
    const runs = await scheduler.history()
    assert(runs.every(({ outcome, startedAt, endedAt }) => outcome === 'succeeded' && startedAt === endedAt))
    await scheduler.stop()
    await work
    assert.equal(errors.length, 3)
    assert.match(errors[0] ?? '', /^Cannot ping http:\/\/silent.test\/: /)
  })

  test('that fail are sent again, twice', async () => {
    const { errors } = await failing(2)
    assert.deepEqual([arrived.length, errors], [3, []])
  })

  test('that go on failing are reported, and the task has succeeded all the same', async () => {
    const { errors, scheduler } = await failing(5)
    assert.deepEqual([arrived.length, errors], [3, ['Cannot ping http://busy.test/: it answered 503']])
    assert.equal((await scheduler.history())[0]?.outcome, 'succeeded')
  })

  test('that cannot be written are reported', async () => {
    const { scheduler, workFor, errors } = rehearsed()
    const body = () => {
      throw new Error('on purpose')
    }
    scheduler.daily('x', '1:00').thenPing({ url: 'http://hook.test/', body })
    await workFor('2h')
    assert.deepEqual(errors, ['on purpose'])
  })
})

function answer(): void {
  server.use(
    http.get('*', ({ request }) => {
      arrived.push(new URL(request.url).pathname)
      return HttpResponse.text('ok')
    }),
  )
}

/** A task whose ping fails so many times. */
async function failing(times: number) {
  server.use(
    http.get('http://busy.test/', () => {
      arrived.push('busy')
      return new HttpResponse(null, { status: arrived.length <= times ? 503 : 200 })
    }),
  )
  const stage = rehearsed()
  stage.scheduler.daily('x', '1:00').thenPing('http://busy.test/')
  await stage.workFor('2h')
  return stage
}
