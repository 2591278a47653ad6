import { CronExpressionParser } from 'cron-parser'
import { expectSame, interleave, type Round, size, timed, type Variants } from './harness.ts'
import { CronTimetable, parseCron, Zone } from './ours.ts'
import { croner as Croner } from './peers.ts'
import { figures, goals, printSection } from './report.ts'

const FROM = Date.UTC(2026, 0, 1)

/** Expression, zone, how many next runs are asked for, and the targets over the faster peer. */
const ROWS = [
  ['*/5 * * * *', 'Europe/Berlin', size(2_000, 100), [20, 100]],
  ['0 9 * * 1-5', 'America/New_York', size(2_000, 100), [20, 100]],
  ['30 2 * * *', 'Europe/Berlin', size(2_000, 100), [20]],
  ['0 0 29 2 *', 'Europe/Berlin', size(10, 2), [1]],
  ['*/5 * * * *', 'UTC', size(2_000, 100), [1]],
  ['0 0 29 2 *', 'UTC', size(10, 2), [1]],
] as const

const parts: string[] = []
for (const [expression, zone, count, atLeast] of ROWS) {
  const variants = walking(expression, zone, count)
  const rounds = await interleave(variants, 10)
  const measures = { us: 'us per next run' }
  parts.push(
    figures(`\`${expression}\` in ${zone}`, variants, rounds, { base: 'cron-parser', measures }),
    goals(5, rounds, [{ what: 'the faster peer over rehearsal', figure: fasterPeer, atLeast }]),
  )
}
printSection('Cron', parts)

function fasterPeer(of: Round): number {
  return Math.min(of('cron-parser', 'us'), of('croner', 'us')) / of('rehearsal', 'us')
}

function walking(expression: string, zone: string, count: number): Variants {
  const timetable = new CronTimetable(parseCron(expression), Zone.of(zone), 'vixie')
  const theirs = new Croner(expression, { timezone: zone, paused: true })
  const last = walk((after) => timetable.next(after) as number)
  const ways = {
    rehearsal: () => walk((after) => timetable.next(after) as number),
    'cron-parser': () => {
      const parsed = CronExpressionParser.parse(expression, { tz: zone, currentDate: new Date(FROM) })
      return walk(() => parsed.next().getTime())
    },
    croner: () => walk((after) => theirs.nextRun(new Date(after))?.getTime() ?? 0),
  }
  return Object.fromEntries(
    Object.entries(ways).map(([name, way]) => [
      name,
      async () => {
        const { ms } = await timed(() => {
          const reached = way()
          // Both peers differ from the clock on the wall, and from each other, where clocks go forward: see the docs.
          if (zone === 'UTC') expectSame(name, reached, last)
        })
        return { us: (ms * 1000) / count }
      },
    ]),
  )

  function walk(next: (after: number) => number): number {
    let moment = FROM
    for (let step = 0; step < count; step++) moment = next(moment)
    return moment
  }
}
