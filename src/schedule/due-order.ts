/** Something that is due at a moment. */
export interface Due {
  readonly due: number
  /** Decides among those that are due together. */
  readonly order: number
}

/** The earliest goes first. */
export function isDueBefore(a: Due, b: Due): boolean {
  return a.due !== b.due ? a.due < b.due : a.order < b.order
}
