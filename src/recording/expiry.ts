import type { Cassette } from './cassette.ts'
import { RecordingExpiredError } from './errors.ts'

/** Why a recording is too old, if it is. `expires` and `now` in milliseconds. */
export function expiryOf(
  { recorded }: Cassette,
  file: string,
  expires: number,
  now: number,
): RecordingExpiredError | undefined {
  if (recorded === undefined)
    return new RecordingExpiredError(`Cannot tell the age of the recording "${file}": it was made without "expires"`)
  const age = now - Date.parse(recorded)
  if (age <= expires) return undefined
  const days = Math.floor(age / DAY)
  return new RecordingExpiredError(
    `Cannot rely on the recording "${file}": it was made on ${recorded}, ${days} days ago`,
  )
}

/** The day of a moment, as recordings have it. */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 'yyyy-mm-dd'.length)
}

const DAY = 86_400_000
