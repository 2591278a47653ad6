/** Where two traces of one scenario begin to differ. */
export interface Difference {
  /** How much was the same before. */
  readonly index: number
  readonly first: string | undefined
  readonly second: string | undefined
}

/** The first difference of two traces, or `undefined` when there is none. */
export function firstDifference(first: readonly string[], second: readonly string[]): Difference | undefined {
  const length = Math.max(first.length, second.length)
  for (let index = 0; index < length; index++) {
    if (first[index] !== second[index]) return { index, first: first[index], second: second[index] }
  }
  return undefined
}
