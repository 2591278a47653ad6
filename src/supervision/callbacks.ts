import { AsyncLocalStorage } from 'node:async_hooks'
import type { Ground } from './ground.ts'
import type { Slot } from './slot.ts'
import type { Trouble } from './supervision-events.ts'

/** Something that went wrong with one incarnation, and that somebody was told of. */
export interface Episode {
  readonly slot: Slot
  readonly number: number
  readonly trouble: Trouble
}

const episodes = new AsyncLocalStorage<Episode>()

/** The episode that the calling code was told of, where it runs in a callback. */
export function currentEpisode(): Episode | undefined {
  return episodes.getStore()
}

/** Calls somebody back because of an episode; `failed` is told when that goes wrong. */
export type SafeCallback<T> = (episode: Episode, about: T, failed: (error: unknown) => void) => void

/**
 * Makes a callback safe to call: it runs in the surroundings of whoever gave it, and moves no virtual time. Whether it
 * throws, rejects, or is still not over after so many milliseconds is told, and changes nothing else.
 */
export function safely<T>(callback: (about: T) => unknown, patience: number): SafeCallback<T> {
  if (typeof callback !== 'function') throw new TypeError(`Cannot call ${String(callback)} back: expected a function`)
  const within = AsyncLocalStorage.snapshot()
  return (episode, about, failed) => {
    const { clock }: Ground = episode.slot.ground
    const call = () => Promise.resolve(about).then(callback)
    const answer: Promise<unknown> = within(() => episodes.run(episode, () => clock.background(call)))
    const tooLong = () => failed(new Error(`it is still not over after ${patience} ms`))
    const timer = clock.setTimeout(tooLong, patience, { background: true })
    void answer.catch(failed).finally(() => clock.clearTimeout(timer))
  }
}
