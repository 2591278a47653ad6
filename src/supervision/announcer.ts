import type { Slot } from './slot.ts'
import type { SupervisionEvent, Trouble } from './supervision-events.ts'

/** Hears of all that happens in a group. */
export type SupervisionListener = (event: SupervisionEvent) => unknown
/** Must not throw. */
export type TroubleListener = (slot: Slot, trouble: Trouble) => void

/** Tells those who listen what happens in a group. One that fails is reported, and changes nothing. */
export class Announcer {
  readonly #listeners = new Set<SupervisionListener>()
  readonly #troubled = new Set<TroubleListener>()
  /** Hears all that is told here, too. */
  parent: Announcer | undefined

  /** Gives back what ends that. */
  add(listener: SupervisionListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back when something is wrong with what lives in a slot. Gives back what ends that. */
  onTrouble(listener: TroubleListener): () => void {
    this.#troubled.add(listener)
    return () => this.#troubled.delete(listener)
  }

  trouble(slot: Slot, trouble: Trouble): void {
    for (const listener of [...this.#troubled]) listener(slot, trouble)
    this.parent?.trouble(slot, trouble)
  }

  tell(event: SupervisionEvent): void {
    for (const listener of [...this.#listeners]) this.#call(listener, event)
    this.parent?.tell(event)
  }

  #call(listener: SupervisionListener, event: SupervisionEvent): void {
    try {
      const answer = listener(event)
      if (answer instanceof Promise) answer.catch((error: unknown) => this.#failed(error, event))
    } catch (error) {
      this.#failed(error, event)
    }
  }

  // A listener that fails to hear of its own failure is not told again.
  #failed(error: unknown, { at, group, slot, incarnation, type }: SupervisionEvent): void {
    if (type === 'callbackFailed') return
    this.tell(Object.freeze({ at, group, slot, incarnation, type: 'callbackFailed', hook: 'onEvent', error }))
  }
}
