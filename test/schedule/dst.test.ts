import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { differencesAround, differencesByChance, differencesOnTheDay } from './comparison.ts'
import { RandomCron } from './random-cron.ts'
import { transitionsOf } from './transitions.ts'

const YEAR = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)] as const
// By an hour, by half an hour, by two, at the end of a day, at midnight, and back and forth around a month of fasting.
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Nuuk',
  'Antarctica/Troll',
  'Africa/Cairo',
  'Africa/Casablanca',
]

describe('agrees with the clock on the wall, looked at minute by minute around every change of 2026, in', () => {
  for (const zone of ZONES) {
    test(zone, () => {
      const transitions = transitionsOf(zone, ...YEAR)
      assert(transitions.length >= 2)
      const rules = ['vixie', 'skip', 'both'] as const
      assert.deepEqual(
        transitions.flatMap((transition) => differencesAround(zone, transition, rules)),
        [],
      )
    })
  }
})

describe('agrees with it for expressions of chance that are limited to the day of a change, by date or by weekday, in', () => {
  for (const zone of [...ZONES, 'America/Santiago', 'America/Havana']) {
    test(zone, () => {
      const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
      const chance = new RandomCron(seed)
      const found = transitionsOf(zone, ...YEAR).flatMap((transition) =>
        differencesOnTheDay(chance, { zone, transition, count: 20 }),
      )
      assert.deepEqual(found, [], `SEED=${seed}`)
    })
  }
})

test('agrees with it for expressions, zones and times of chance', () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
  const chance = new RandomCron(seed)
  const found = Array.from({ length: 30 }, () => differencesByChance(chance)).flat()
  assert.deepEqual(found, [], `SEED=${seed}`)
})

describe('is the same on a machine in', () => {
  const own = process.env.TZ

  for (const zone of ['Australia/Lord_Howe', 'America/Nuuk', 'Asia/Kathmandu']) {
    test(zone, () => {
      process.env.TZ = zone
      try {
        assert.notEqual(new Date(2026, 0, 1).getTime(), Date.UTC(2026, 0, 1))
        const transitions = transitionsOf('Europe/Berlin', ...YEAR)
        assert.deepEqual(
          transitions.flatMap((transition) => differencesAround('Europe/Berlin', transition, ['vixie'])),
          [],
        )
      } finally {
        if (own === undefined) delete process.env.TZ
        else process.env.TZ = own
      }
    })
  }
})
