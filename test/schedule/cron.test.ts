import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { BadScheduleError } from '../../src/index.ts'
import { parseCron } from '../../src/schedule/cron.ts'
import { CronTimetable, type DstRule } from '../../src/schedule/cron-timetable.ts'
import { Zone } from '../../src/schedule/zone.ts'

describe('an expression', () => {
  for (const [expression, from, expected] of [
    ['* * * * *', '2026-01-01T00:00:30Z', '2026-01-01T00:01:00Z 2026-01-01T00:02:00Z'],
    ['*/20 * * * * *', '2026-01-01T00:00:30Z', '2026-01-01T00:00:40Z 2026-01-01T00:01:00Z 2026-01-01T00:01:20Z'],
    ['5/15 9-10 * * *', '2026-01-01T09:36:00Z', '2026-01-01T09:50:00Z 2026-01-01T10:05:00Z'],
    ['0 9 * * MON-FRI', '2026-01-02T10:00:00Z', '2026-01-05T09:00:00Z 2026-01-06T09:00:00Z'],
    ['0 9 * jan,MAR sun', '2026-01-25T10:00:00Z', '2026-03-01T09:00:00Z'],
    ['*/15,*/20 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:15:00Z 2026-01-01T00:20:00Z 2026-01-01T00:30:00Z'],
    ['0,0 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z 2026-01-01T02:00:00Z'],
    ['0 0 * * 0,7', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z 2026-01-11T00:00:00Z'],
    ['0 0 * * 5-7,SUN', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z 2026-01-03T00:00:00Z 2026-01-04T00:00:00Z'],
    ['0 0 L,L,15 * *', '2026-01-01T00:00:00Z', '2026-01-15T00:00:00Z 2026-01-31T00:00:00Z'],
    ['0 0 5,5 1,JAN *', '2026-01-01T00:00:00Z', '2026-01-05T00:00:00Z 2027-01-05T00:00:00Z'],
    ['0 0 *,5 * 1', '2026-01-01T00:00:00Z', '2026-01-05T00:00:00Z 2026-01-12T00:00:00Z'],
    ['0 0 * * 7', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['0 0 * * THU', '2026-01-01T00:00:00Z', '2026-01-08T00:00:00Z 2026-01-15T00:00:00Z'],
    ['0 0 L * *', '2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z 2026-03-31T00:00:00Z'],
    ['0 0 L,15 2 *', '2028-01-01T00:00:00Z', '2028-02-15T00:00:00Z 2028-02-29T00:00:00Z'],
    ['0 0 * * 5L', '2026-01-01T00:00:00Z', '2026-01-30T00:00:00Z 2026-02-27T00:00:00Z'],
    ['0 0 * * 0L', '2026-01-01T00:00:00Z', '2026-01-25T00:00:00Z'],
    ['0 0 * * 2#2', '2026-01-14T00:00:00Z', '2026-02-10T00:00:00Z'],
    ['0 0 13 * 5', '2026-02-07T00:00:00Z', '2026-02-13T00:00:00Z 2026-02-20T00:00:00Z'],
    ['0 0 31 2 1', '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z 2032-02-29T00:00:00Z'],
    ['0 0 29 2 *', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00Z'],
    ['0 0 * 2 1#5', '2072-03-01T00:00:00Z', '2112-02-29T00:00:00Z'],
    ['59 59 23 31 12 *', '1969-12-31T23:59:58.500Z', '1969-12-31T23:59:59Z 1970-12-31T23:59:59Z'],
    ['@daily', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['@Midnight', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['@yearly', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['  0   12 ? *  *\t', '2026-01-01T00:00:00Z', '2026-01-01T12:00:00Z'],
  ] as const) {
    test(`${expression} is due after ${from} at ${expected}`, () => {
      const times = expected.split(' ')
      assert.deepEqual(dueAfter(expression, 'UTC', from, times.length), times)
    })
  }

  test('is shown as it was written, with seconds only where it has them', () => {
    assert.equal(parseCron(' 0  9 * * MON').text, '0 9 * * MON')
    assert.equal(parseCron('0 0 9 * * *').text, '0 9 * * *')
    assert.equal(parseCron('*/5 * * * * *').text, '*/5 * * * * *')
    assert.equal(parseCron('@hourly').text, '0 * * * *')
  })
})

describe('refused with the reason:', () => {
  for (const [expression, reason] of [
    ['', 'it has 0 fields, expected 5, or 6 with seconds'],
    ['* * * *', 'it has 4 fields, expected 5, or 6 with seconds'],
    ['* * * * * * *', 'it has 7 fields, expected 5, or 6 with seconds'],
    ['*/90 * * * *', 'minute "*/90": a step of 90 leads beyond 59'],
    ['50/15 * * * *', 'minute "50/15": a step of 15 leads beyond 59'],
    ['0 10-12/5 * * *', 'hour "10-12/5": a step of 5 leads beyond 12'],
    ['*/0 * * * *', 'minute "*/0": a step of 0 leads nowhere'],
    ['61 * * * *', 'minute "61": expected 0 to 59'],
    ['60 * * * * *', 'second "60": expected 0 to 59'],
    ['0 24 * * *', 'hour "24": expected 0 to 23'],
    ['0 0 0 * *', 'day of the month "0": expected 1 to 31'],
    ['0 0 * 13 *', 'month "13": expected 1 to 12'],
    ['0 0 * * 8', 'day of the week "8": expected 0 to 7'],
    ['0 0 * foo *', 'month "foo": cannot resolve alias "foo"'],
    ['0 0 * * L', 'day of the week "L": unexpected standalone L'],
    ['0 0 15W * *', 'day of the month "15W": invalid characters'],
    ['0,0,61 * * * *', 'minute "0,0,61": expected 0 to 59'],
    ['0,0 0 30 2 *', 'there is no 30 February'],
    ['0,,0 * * * *', 'minute "0,,0": invalid list value format'],
    ['5-3 * * * *', 'minute "5-3": invalid range: 5-3, min(5) > max(3)'],
    ['0 h/2 * * *', 'hour "h/2": H stands for chance, use jitter() instead'],
    ['H 3 * * *', 'minute "H": H stands for chance, use jitter() instead'],
    ['0 0 30 2 *', 'there is no 30 February'],
    ['0 0 31 4,6 *', 'there is no 31 April, no 31 June'],
    ['@reboot', 'unknown, expected one of @yearly @annually @monthly @weekly @daily @midnight @hourly'],
    ['@constructor', 'unknown, expected one of @yearly @annually @monthly @weekly @daily @midnight @hourly'],
    [undefined as unknown as string, 'expected text such as "0 2 * * *"'],
    [5 as unknown as string, 'expected text such as "0 2 * * *"'],
  ] as const) {
    test(`${JSON.stringify(expression)}: ${reason}`, () => {
      const message = `Cannot schedule ${JSON.stringify(expression)}: ${reason}`
      assert.throws(() => parseCron(expression), new BadScheduleError(message))
    })
  }

  test('a time zone that does not exist', () => {
    const message = 'Cannot use "Mars/Olympus" as a time zone: not one that this machine knows'
    assert.throws(() => Zone.of('Mars/Olympus'), { name: 'BadScheduleError', code: 'ERR_BAD_SCHEDULE', message })
  })
})

describe('when clocks are changed', () => {
  for (const [expression, zone, rule, from, expected] of [
    ['30 2 * * *', 'Europe/Berlin', 'vixie', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z 2026-03-30T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', 'skip', '2026-03-28T12:00:00Z', '2026-03-30T00:30:00Z'],
    ['0,30 2 * * *', 'Europe/Berlin', 'vixie', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z 2026-03-30T00:00:00Z'],
    ['30 2,3 * * *', 'Europe/Berlin', 'vixie', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z 2026-03-29T01:30:00Z'],
    ['0 2,3 * * *', 'Europe/Berlin', 'vixie', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z 2026-03-30T00:00:00Z'],
    ['*/30 2 * * *', 'Europe/Berlin', 'vixie', '2026-03-28T12:00:00Z', '2026-03-30T00:00:00Z'],
    ['30 2 * * *', 'Europe/Berlin', 'vixie', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z 2026-10-26T01:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', 'both', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00Z 2026-10-25T01:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', 'vixie', '2026-10-25T00:59:59Z', '2026-10-26T01:30:00Z'],
    ['0 * * * *', 'Europe/Berlin', 'skip', '2026-10-24T23:30:00Z', '2026-10-25T00:00:00Z 2026-10-25T01:00:00Z'],
    ['0 * * * 6', 'America/Santiago', 'vixie', '2026-04-05T02:30:00Z', '2026-04-05T03:00:00Z 2026-04-11T04:00:00Z'],
    ['0 * * * 4', 'Africa/Cairo', 'vixie', '2026-10-29T20:30:00Z', '2026-10-29T21:00:00Z 2026-11-04T22:00:00Z'],
    ['0 2 * * 0', 'Europe/Berlin', 'both', '2026-10-24T12:00:00Z', '2026-10-25T00:00:00Z 2026-10-25T01:00:00Z'],
    ['0 2 25 10 *', 'Europe/Berlin', 'both', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z 2027-10-25T00:00:00Z'],
    ['*/30 2 * * 0', 'Europe/Berlin', 'vixie', '2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z 2026-10-25T01:30:00Z'],
    ['15 2 * * *', 'Australia/Lord_Howe', 'vixie', '2026-10-03T00:00:00Z', '2026-10-03T15:30:00Z'],
    ['0 23 * * *', 'America/Nuuk', 'vixie', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z 2026-03-30T00:00:00Z'],
    ['0 12 * * *', 'Asia/Kathmandu', 'vixie', '2026-01-01T00:00:00Z', '2026-01-01T06:15:00Z'],
    ['0 12 30 12 *', 'Pacific/Apia', 'vixie', '2011-12-01T00:00:00Z', '2011-12-30T10:00:00Z 2012-12-29T22:00:00Z'],
  ] as const) {
    test(`${expression} (${rule}) in ${zone} is due after ${from} at ${expected}`, () => {
      const times = expected.split(' ')
      assert.deepEqual(dueAfter(expression, zone, from, times.length, rule), times)
    })
  }
})

test('a span of a zone is never cut within two days before a moment', () => {
  const DAY = 86_400_000
  const utc = Zone.of('UTC')
  for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2028, 0, 1); day += DAY)
    assert(utc.spanAt(day).from <= day - 2 * DAY)
})

function dueAfter(expression: string, zone: string, from: string, count: number, rule: DstRule = 'vixie'): string[] {
  const timetable = new CronTimetable(parseCron(expression), Zone.of(zone), rule)
  const due: number[] = []
  while (due.length < count) due.push(timetable.next(due.at(-1) ?? Date.parse(from)) as number)
  return due.map((moment) => new Date(moment).toISOString().replace('.000Z', 'Z'))
}
