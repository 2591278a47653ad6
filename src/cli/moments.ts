import { machineZone } from '../schedule/zone.ts'
import { UsageError } from './usage.ts'

/**
 * Shows moments as the clocks of a zone do, the machine's unless given: `2026-03-29 03:00:00`.
 *
 * @throws UsageError for a zone that the machine does not know.
 */
export function momentsIn(zone: string = machineZone()): (moment: Date | number | null) => string {
  const format = formatOf(zone)
  return (moment) => (moment === null ? '-' : format.format(moment))
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    // Sweden writes dates as ISO does.
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  } catch {
    throw new UsageError(`Cannot show times in "${timeZone}": not a time zone that this machine knows`)
  }
}
