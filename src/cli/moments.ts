import { machineZone } from '../schedule/zone.ts'
import { UsageError } from './usage.ts'

/** Shows a moment, or a dash where there is none, as the clocks of a zone do. */
export interface Moments {
  (moment: Date | number | null): string
  readonly zone: string
}

/**
 * Shows moments as the clocks of a zone do, the machine's unless given: `2026-03-29 03:00:00`.
 *
 * @throws UsageError for a zone that the machine does not know.
 */
export function momentsIn(zone: string = machineZone()): Moments {
  const format = formatOf(zone)
  return Object.assign((moment: Date | number | null) => (moment === null ? '-' : format.format(moment)), { zone })
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    // Sweden writes dates as ISO does.
    return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  } catch {
    throw new UsageError(`Cannot show times in "${timeZone}": not a time zone that this machine knows`)
  }
}
