import type { Step } from '../contracts/scenario.ts'
import { defaultAction, type Signal, signalNumber } from '../contracts/signals.ts'

/** What a program does about a signal. */
export type Reaction = 'ignore' | readonly Step[]

/** What a rehearsed process does about signals, and those that wait while it is stopped. */
export class SignalTable {
  readonly #reactions = new Map<Signal, Reaction>()
  readonly #waiting = new Set<Signal>()
  readonly #promised: (readonly Step[])[] = []

  handle(signal: Signal, reaction: Reaction): void {
    this.#reactions.set(signal, reaction)
  }

  reactionTo(signal: Signal): Reaction | undefined {
    return this.#reactions.get(signal)
  }

  /** Keeps a signal until the process goes on. What would stop it is forgotten then. */
  hold(signal: Signal): void {
    if (defaultAction(signal) !== 'stop') this.#waiting.add(signal)
  }

  /** What is to be done soon. Whoever comes round to it first does what was promised first. */
  promise(reaction: readonly Step[]): () => readonly Step[] {
    this.#promised.push(reaction)
    return () => this.#promised.shift() ?? []
  }

  /** The signals that waited, each once, in the order of their numbers, as Linux hands them over. */
  release(): readonly Signal[] {
    const waited = [...this.#waiting].sort((a, b) => signalNumber(a) - signalNumber(b))
    this.#waiting.clear()
    return waited
  }
}
