/** Changes how the cells of a row look, which are as wide as their column by then. */
export type Paint = (row: readonly string[]) => (cell: string, column: number) => string

/** Rows of text under a head, each column as wide as its widest cell. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint = () => (cell) => cell,
): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]) => {
    const painted = row === head ? (cell: string) => cell : paint(row)
    return row.map((cell, column) => painted(cell.padEnd(widths[column] ?? 0), column)).join('  ')
  }
  return `${all.map((row) => line(row).trimEnd()).join('\n')}\n`
}
