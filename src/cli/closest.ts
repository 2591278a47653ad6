/** How many letters may be wrong. */
const FARTHEST = 2

/** The word that was perhaps meant: the nearest one, where one is near. */
export function closest(word: string, words: readonly string[]): string | undefined {
  const near = words
    .map((one) => ({ one, far: distance(word, one) }))
    .filter(({ one, far }) => far <= FARTHEST && far < one.length / 2)
    .toSorted((a, b) => a.far - b.far)
  return near[0]?.one
}

/** `, did you mean "status"?`, or nothing. */
export function perhaps(word: string, words: readonly string[], quote = '"'): string {
  const meant = closest(word, words)
  return meant === undefined ? '' : `, did you mean ${quote}${meant}${quote}?`
}

/** Letters to add, drop, change or swap with the next, to make one word of another. */
function distance(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) row.push(step(rows, row, { from, to, i, j }))
    rows.push(row)
  }
  return rows.at(-1)?.at(-1) ?? 0
}

interface Step {
  readonly from: string
  readonly to: string
  readonly i: number
  readonly j: number
}

function step(rows: readonly number[][], row: readonly number[], { from, to, i, j }: Step): number {
  const at = (line: readonly number[] | undefined, column: number) => line?.[column] ?? Number.POSITIVE_INFINITY
  const changed = from[i - 1] === to[j - 1] ? 0 : 1
  const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
  return Math.min(
    at(rows[i - 1], j) + 1,
    at(row, j - 1) + 1,
    at(rows[i - 1], j - 1) + changed,
    swapped ? at(rows[i - 2], j - 2) + 1 : Number.POSITIVE_INFINITY,
  )
}
