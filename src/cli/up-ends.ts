import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import { outcomeInWords } from '../supervision/words.ts'

/** Which slots have ended as nobody wanted them to, and how, until they are started again. */
export class UpEnds {
  readonly #unwanted = new Map<string, string>()

  hear(event: SupervisionEvent): void {
    if (event.type === 'starting') this.#unwanted.delete(event.slot)
    if (event.type === 'exited' && !event.expected) this.#unwanted.set(event.slot, outcomeInWords(event.outcome))
  }

  /** How it was, in words; `undefined` for one that has not. */
  of(slot: string): string | undefined {
    return this.#unwanted.get(slot)
  }
}
