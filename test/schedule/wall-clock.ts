/** An oracle for cron that knows nothing of ours: it looks at the clock on the wall, minute by minute, as `Intl` shows it. */

const MINUTE = 60_000

/** What the clocks of a zone show, minute by minute: minutes since the epoch, read as if they were UTC. */
export function wallMinutes(zone: string, from: number, minutes: number): Float64Array {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const shown = new Float64Array(minutes)
  for (let minute = 0; minute < minutes; minute++) {
    const [month, day, year, hour, minuteOfHour] = numbersIn(format.format(from + minute * MINUTE))
    shown[minute] = Date.UTC(year as number, (month as number) - 1, day, hour, minuteOfHour) / MINUTE
  }
  return shown
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

/** An expression of 5 fields, and whether it means a wall minute. */
export interface Expression {
  readonly text: string
  readonly means: (wall: number) => boolean
}

/** One of plain fields: numbers, `*`, lists, ranges and steps. */
export function plain(text: string): Expression {
  return { text, means: matcherOf(text) }
}

function matcherOf(expression: string): (wall: number) => boolean {
  const fields = expression.split(' ')
  const [minutes, hours, dates, months, weekdays] = fields.map((field) => new Set(valuesOf(field))) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ]
  const either = fields[2] !== '*' && fields[4] !== '*'
  return (wall) => {
    // Asked first, because most minutes of a long time are out with it.
    if (!minutes.has(wall % 60) || !hours.has(Math.floor(wall / 60) % 24)) return false
    const date = new Date(wall * MINUTE)
    const [byDate, byWeekday] = [dates.has(date.getUTCDate()), weekdays.has(date.getUTCDay())]
    return months.has(date.getUTCMonth() + 1) && (either ? byDate || byWeekday : byDate && byWeekday)
  }
}

function valuesOf(field: string): number[] {
  const all = Array.from({ length: 60 }, (_, value) => value)
  return field.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/')
    const [least = 0, most = least] = range === '*' ? [0, 59] : range.split('-').map(Number)
    return all.filter((value) => value >= least && value <= most && (value - least) % Number(step) === 0)
  })
}

/**
 * The minutes at which an expression is due, as a person would say who watches the clock and knows the rule of Vixie's cron:
 * minutes that come back do not count again for a time of the day, and those that never came run at once.
 */
export function dueMinutes(
  { text, means }: Expression,
  walls: Float64Array,
  rule: 'vixie' | 'skip' | 'both' = 'vixie',
): number[] {
  const [minute, hour] = text.split(' ') as [string, string]
  const saysWhen = !`${minute}${hour}`.includes('*')
  const due: number[] = []
  let highest = walls[0] as number
  for (let index = 1; index < walls.length; index++) {
    const [before, now] = [walls[index - 1] as number, walls[index] as number]
    const comesBack = saysWhen && rule !== 'both' && now <= highest
    let lost = false
    if (saysWhen && rule !== 'skip') for (let wall = before + 1; wall < now; wall++) lost ||= means(wall)
    if (lost || (means(now) && !comesBack)) due.push(index)
    highest = Math.max(highest, now)
  }
  return due
}
