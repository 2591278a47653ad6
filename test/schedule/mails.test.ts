import assert from 'node:assert/strict'
import { afterEach, describe, test, vi } from 'vitest'
import { createProcess, type SchedulerOptions, type TaskMail } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A rehearsal with somebody who takes mails. */
function mailed(options: SchedulerOptions = {}) {
  const sent: TaskMail[] = []
  const rules = { good: 'fine', silent: '', bad: createProcess().result('out', 'err', 3), mute: 7 }
  const stage = rehearsed(rules, { mail: (mail) => sent.push(mail), ...options })
  const lines = () => sent.map(({ to, subject, text }) => `${to.join(' ')}: ${subject}: ${text}`).toSorted()
  return { ...stage, sent, lines }
}

describe('mails', () => {
  test('tell of the output, where there is some', async () => {
    const { scheduler, workFor, lines, errors } = mailed()
    for (const command of ['good', 'silent', 'bad', 'mute']) {
      scheduler.daily(command, '1:00').emailOutputTo(['ada@example.org', 'Bob <bob@example.org>'])
    }
    await workFor('2h')
    assert.deepEqual(lines(), [
      'ada@example.org Bob <bob@example.org>: "bad" has failed (exit code 3): outerr',
      'ada@example.org Bob <bob@example.org>: "good" has succeeded: fine',
    ])
    assert.deepEqual(errors, [])
  })

  test('also where there is none, if so asked, and of what has failed', async () => {
    const { scheduler, workFor, lines, sent } = mailed()
    scheduler.daily('silent', '1:00').emailOutputTo('ada@example.org', false)
    scheduler.daily('good', '1:00').emailWrittenOutputTo('ada@example.org').emailOutputOnFailure('on-call@example.org')
    scheduler.daily('mute', '1:00').emailWrittenOutputTo('ada@example.org').emailOutputOnFailure('on-call@example.org')
    await workFor('2h')
    assert.deepEqual(lines(), [
      'ada@example.org: "good" has succeeded: fine',
      'ada@example.org: "silent" has succeeded: ',
      'on-call@example.org: "mute" has failed (exit code 7): ',
    ])
    assert.deepEqual(
      sent.map(({ end }) => end.dueAt.toISOString()),
      Array.from({ length: 3 }, () => '2026-01-01T01:00:00.000Z'),
    )
  })

  test('that fail are reported, and the task has succeeded all the same', async () => {
    const mail = () => Promise.reject(new Error('no mail server'))
    const { scheduler, workFor, errors } = mailed({ mail })
    scheduler.daily('good', '1:00').emailOutputTo('ada@example.org')
    await workFor('2h')
    assert.deepEqual([errors, (await scheduler.history())[0]?.outcome], [['no mail server'], 'succeeded'])
  })

  test('that are never sent hold nothing up, and are given up in real time', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      assert.equal(ms, 30_000)
      const soon = new AbortController()
      setTimeout(() => soon.abort(), 20)
      return soon.signal
    })
    const { scheduler, workFor, times, errors } = mailed({ mail: () => new Promise(() => {}) })
    scheduler.command('good').hourly().emailOutputTo('ada@example.org')
    await workFor('2h')
    assert.deepEqual(times('good'), ['01:00', '02:00'])
    assert.deepEqual(new Set(errors), new Set(['Cannot mail the output of "good": not sent within 30000 ms']))
  })

  test('need somebody who sends them, and addresses', () => {
    const message = 'Cannot mail the output: the scheduler was given no `mail` to send it with'
    assert.throws(() => rehearsed().scheduler.command('x').emailOutputTo('ada@example.org'), { message })
    for (const odd of ['ada', '', 'ada@example.org\r\nBcc: eve@example.org', [], [5 as unknown as string]]) {
      assert.throws(() => mailed().scheduler.command('x').emailOutputTo(odd), {
        code: 'ERR_BAD_SCHEDULE',
        message: /^Cannot mail to .*: expected addresses such as "ada@example.org"$/,
      })
    }
  })
})
