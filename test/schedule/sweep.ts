// Our cron beside the clocks on the wall, at length: `npm run cron-sweep`. The tests do the same for a few zones.
import { differences, differencesAround, differencesByChance, differencesOnTheDay } from './comparison.ts'
import { RandomCron } from './random-cron.ts'
import { transitionsOf } from './transitions.ts'
import { plain } from './wall-clock.ts'

const LONG_ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Nuuk', 'Asia/Kathmandu', 'UTC']
const EXPRESSIONS = ['30 2 * * *', '0 2 * * *', '15 2 1 * *', '*/30 2 * * *', '0 * * * *', '0 0 * * 0', '0 23 * * *']
const FROM = Date.UTC(2026, 0, 1)
/** Where the machine may stand: what it says there must not matter. */
const HOSTS = ['UTC', 'Europe/Berlin', 'America/Nuuk', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia']
const BY_CHANCE = 3000
const ON_THE_DAY = 25

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const chance = new RandomCron(seed)
const wrong: string[] = []
let transitions = 0
for (const zone of Intl.supportedValuesOf('timeZone')) {
  for (const transition of transitionsOf(zone, FROM, Date.UTC(2028, 0, 1))) {
    process.env.TZ = HOSTS[transitions % HOSTS.length]
    transitions++
    wrong.push(...differencesAround(zone, transition, ['vixie', 'skip', 'both']))
    wrong.push(...differencesOnTheDay(chance, { zone, transition, count: ON_THE_DAY }))
  }
}
console.log(`${transitions} transitions of 2026 and 2027 (SEED=${seed}): ${wrong.length} differences`)

for (const zone of LONG_ZONES) {
  const before = wrong.length
  for (let year = 2010; year < 2040; year++) {
    process.env.TZ = HOSTS[year % HOSTS.length]
    const from = Date.UTC(year, 0, 1)
    const minutes = (Date.UTC(year + 1, 0, 2) - from) / 60_000
    wrong.push(...differences({ zone, from, minutes }, EXPRESSIONS.map(plain)))
  }
  console.log(`${zone}, 2010 to 2039: ${wrong.length - before} differences`)
}

const before = wrong.length
for (let run = 0; run < BY_CHANCE; run++) {
  process.env.TZ = chance.of(HOSTS)
  wrong.push(...differencesByChance(chance))
}
console.log(`${BY_CHANCE} expressions by chance (SEED=${seed}): ${wrong.length - before} differences`)

for (const line of wrong.slice(0, 20)) console.log(line)
process.exitCode = wrong.length > 0 ? 1 : 0
