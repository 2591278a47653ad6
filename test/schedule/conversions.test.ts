import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { momentsIn } from '../../src/cli/moments.ts'
import { rehearsed } from './rehearsed.ts'

/** What zones are ahead of UTC, in minutes, in January and in July. */
const ZONES = {
  UTC: [0, 0],
  'Europe/Berlin': [60, 120],
  'America/New_York': [-300, -240],
  'America/St_Johns': [-210, -150],
  'Asia/Kathmandu': [345, 345],
  'Asia/Tokyo': [540, 540],
  'Australia/Lord_Howe': [660, 630],
  'Pacific/Apia': [780, 780],
} as const

const TIMES = ['0:00', '2:30', '12:00', '23:59']

describe('a time of the day in one zone is shown as what it is in another:', () => {
  for (const [zone, ahead] of Object.entries(ZONES)) {
    for (const [other, otherAhead] of Object.entries(ZONES)) {
      test(`${zone} in ${other}`, () => {
        const { scheduler } = rehearsed()
        for (const time of TIMES) scheduler.daily(time, time).timezone(zone)
        for (const [season, month] of ['01', '07'].entries()) {
          const shown = TIMES.map((time) => momentsIn(other)(scheduler.getNextRun(time, `2026-${month}-10T00:00:00Z`)))
          const difference = (otherAhead[season] ?? 0) - (ahead[season] ?? 0)
          assert.deepEqual(
            shown.map((text) => text.slice(11)),
            TIMES.map((time) => shifted(time, difference)),
          )
        }
      })
    }
  }
})

function shifted(time: string, minutes: number): string {
  const [hour, minute] = time.split(':').map(Number) as [number, number]
  const total = (((hour * 60 + minute + minutes) % 1440) + 1440) % 1440
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}:00`
}
