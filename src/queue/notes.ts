import type { Clock } from '../contracts/clock.ts'
import type { CommandView } from '../matching.ts'

/** What was queued or released on a machine, for assertions. */
export interface Note {
  readonly kind: 'queued' | 'released'
  readonly id: string
  readonly queue: string
  readonly command: CommandView
  /** The commands of the chain that it begins, itself included. */
  readonly chain?: readonly CommandView[]
}

/** As many notes as are kept of each machine: the latest. */
const KEPT = 10_000

const notes = new WeakMap<Clock, Note[]>()

/** Takes note of something on the machine that a clock belongs to. */
export function note(clock: Clock, some: Note): void {
  const kept = notes.get(clock) ?? []
  notes.set(clock, kept)
  kept.push(some)
  if (kept.length >= 2 * KEPT) kept.splice(0, KEPT)
}

/** What was noted there, in order. */
export function notesOf(clock: Clock): readonly Note[] {
  return notes.get(clock) ?? []
}
