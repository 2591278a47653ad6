/** What keeps virtual time from moving, counted by kind. */
export class Holds {
  /** Code whose real work time must not overtake. */
  working = 0
  /** Real processes beside the rehearsed ones. */
  companions = 0
  readonly #onRelease: () => void

  constructor(onRelease: () => void) {
    this.#onRelease = onRelease
  }

  /** One more of a kind, until what this gives back is called. */
  take(kind: 'working' | 'companions'): () => void {
    let held = true
    this[kind]++
    return () => {
      if (!held) return
      held = false
      this[kind]--
      this.#onRelease()
    }
  }
}
