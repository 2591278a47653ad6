import { parseCron } from '../../src/schedule/cron.ts'
import { CronTimetable, type DstRule } from '../../src/schedule/cron-timetable.ts'
import { Zone } from '../../src/schedule/zone.ts'
import type { RandomCron } from './random-cron.ts'
import { dueMinutes, type Expression, plain, wallMinutes } from './wall-clock.ts'

const MINUTE = 60_000
/** How far around a change of the clocks is looked. */
const AROUND = 30 * 60
/** How long is looked at an expression of chance. */
const WHILE = 9 * 24 * 60

/** Where our timetable and a look at the clock on the wall, minute by minute, do not agree. Empty when they do. */
export function differences(
  stretch: { readonly zone: string; readonly from: number; readonly minutes: number },
  expressions: readonly Expression[],
  rules: readonly DstRule[] = ['vixie'],
): string[] {
  const { zone, from, minutes } = stretch
  const walls = wallMinutes(zone, from, minutes)
  return expressions.flatMap((expression) =>
    rules.flatMap((rule) => {
      const actual = ours(expression.text, stretch, rule).join(' ')
      const expected = dueMinutes(expression, walls, rule).join(' ')
      const start = new Date(from).toISOString()
      return actual === expected
        ? []
        : [`${expression.text} (${rule}) in ${zone} from ${start}: ${actual}, not ${expected}`]
    }),
  )
}

/** The same around a change of the clocks, for expressions that have to do with it. */
export function differencesAround(zone: string, transition: number, rules: readonly DstRule[]): string[] {
  const stretch = { zone, from: transition - AROUND * MINUTE, minutes: 2 * AROUND }
  const local = wallMinutes(zone, transition, 1)[0] as number
  const daily = Array.from({ length: 33 }, (_, index) => new Date((local + (index - 16) * 15) * MINUTE)).map(
    (time) => `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`,
  )
  const all = [...daily, '*/30 2 * * *', '0 * * * *', '*/7 * * * *', '15,45 0-4 * * 1-5']
  return differences(stretch, all.map(plain), rules)
}

/** The same for an expression of chance, in a zone of chance, for a while that begins by chance. */
export function differencesByChance(chance: RandomCron): string[] {
  const zone = chance.of(Intl.supportedValuesOf('timeZone'))
  const from = Date.UTC(chance.between(2010, 2039), chance.between(0, 11), chance.between(1, 28))
  const rule = chance.of<DstRule>(['vixie', 'skip', 'both'])
  return differences({ zone, from, minutes: WHILE }, [chance.expression()], [rule])
}

/** The same around a change of the clocks, for expressions of chance that are limited to the day on which they are changed. */
export function differencesOnTheDay(
  chance: RandomCron,
  { zone, transition, count }: { readonly zone: string; readonly transition: number; readonly count: number },
): string[] {
  const stretch = { zone, from: transition - AROUND * MINUTE, minutes: 2 * AROUND }
  const [before, after] = wallMinutes(zone, transition - MINUTE, 2) as unknown as [number, number]
  const expressions = Array.from({ length: count }, () => chance.expressionOn(chance.of([before, after])))
  return differences(stretch, expressions, ['vixie', 'skip', 'both'])
}

function ours(
  expression: string,
  { zone, from, minutes }: { readonly zone: string; readonly from: number; readonly minutes: number },
  rule: DstRule,
): number[] {
  const timetable = new CronTimetable(parseCron(expression), Zone.of(zone), rule)
  const end = from + minutes * MINUTE
  const due: number[] = []
  for (let next = timetable.next(from); next !== undefined && next < end; next = timetable.next(next)) {
    due.push((next - from) / MINUTE)
  }
  return due
}
