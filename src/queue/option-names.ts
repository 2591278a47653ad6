/**
 * What is wrong with options before their values are looked at: that they are none, or have one that nobody knows. `undefined` where
 * nothing is.
 */
export function oddOptions(options: unknown, known: readonly string[]): string | undefined {
  if (!isRecord(options)) return `options were to be an object, with ${known.join(', ')}`
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  return unknown === undefined ? undefined : `there is no option "${unknown}", known are ${known.join(', ')}`
}

/** Whether it has named values, as options do. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
