const BARS = '▁▂▃▄▅▆▇█'

/**
 * Values as bars of one character each, the newest on the right: the lowest is `floor`, the highest the largest of them, or
 * `ceiling` where none is larger. What is not known is a space.
 *
 * @example sparkline([0, 0.5, null, 1]) // '▁▅ █'
 */
export function sparkline(
  values: readonly (number | null)[],
  { ceiling = 0 }: { readonly ceiling?: number } = {},
): string {
  const top = Math.max(ceiling, ...values.map((value) => value ?? 0))
  const bar = (value: number) => BARS[Math.min(BARS.length - 1, Math.round((value / (top || 1)) * (BARS.length - 1)))]
  return values.map((value) => (value === null ? ' ' : bar(value))).join('')
}
