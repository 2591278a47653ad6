/** What of a table has room on a terminal. */
export interface Fit {
  /** The columns, by their places in the head. */
  readonly columns: readonly number[]
  /** How wide each of two curves may be; 0 where there is room for none. */
  readonly curve: number
}

/** Between two columns. */
const GAP = 2
/** A curve that is shorter says nothing. */
const SHORTEST = 4
const LONGEST = 30

/**
 * Fits a table and two curves into a width: the curves get what the figures leave. Where even those have no room the columns in
 * `least` go, one by one in this order.
 */
export function fitted(
  rows: readonly (readonly string[])[],
  width: number,
  { columns, least }: { readonly columns: readonly number[]; readonly least: readonly number[] },
): Fit {
  const taken = widthOf(rows, columns)
  const [first, ...others] = least
  if (taken > width && first !== undefined)
    return fitted(rows, width, { columns: columns.filter((column) => column !== first), least: others })
  const each = Math.floor((width - taken) / 2) - GAP
  return { columns, curve: each < SHORTEST ? 0 : Math.min(each, LONGEST) }
}

function widthOf(rows: readonly (readonly string[])[], columns: readonly number[]): number {
  const widest = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return columns.reduce((sum, column) => sum + widest(column) + GAP, -GAP)
}
