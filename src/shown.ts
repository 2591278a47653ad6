/** A value as error messages show it: text in quotes, plain data as JSON, all else as Node prints it, on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'object' && value !== null) return asJson(value) ?? inspected(value)
  return typeof value === 'bigint' ? `${value}n` : typeof value === 'function' ? inspected(value) : String(value)
}

// Loaded with the first mistake: whoever makes none does not wait for it.
function inspected(value: unknown): string {
  return process.getBuiltinModule('node:util').inspect(value, { depth: 0, breakLength: Number.POSITIVE_INFINITY })
}

function asJson(value: object): string | undefined {
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  try {
    return plain ? JSON.stringify(value) : undefined
  } catch {
    return undefined
  }
}
