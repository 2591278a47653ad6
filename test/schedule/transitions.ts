const HOUR = 3_600_000

/** The moments at which the clocks of a zone are changed: found by a look at every hour, and then at every minute. */
export function transitionsOf(zone: string, from: number, to: number): number[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const offset = (moment: number) => /GMT.*/.exec(format.format(moment))?.[0]
  const found: number[] = []
  let before = offset(from)
  for (let hour = from + HOUR; hour <= to; hour += HOUR) {
    const now = offset(hour)
    if (now === before) continue
    for (let minute = hour - HOUR; minute < hour; minute += 60_000) {
      if (offset(minute) !== offset(minute + 60_000)) found.push(minute + 60_000)
    }
    before = now
  }
  return found
}
