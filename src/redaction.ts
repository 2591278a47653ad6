/** What is taken out of messages: texts, or what patterns match. */
export type Redactions = readonly (string | RegExp)[]

/** What stands there instead. */
const REDACTED = '[redacted]'
/** Bytes that are looked at before the end of an output: what a pattern finds there is taken to be no longer. */
const MARGIN = 4096

/** A text without what was to be taken out of it. */
export function redacted(text: string, redact: Redactions): string {
  return redact.reduce<string>(without, text)
}

/**
 * The end of an output without what was to be taken out. It is cut after that: a secret that reaches into it is still whole
 * before.
 */
export function redactedTail(tail: (bytes: number) => string, bytes: number, redact: Redactions): string {
  if (redact.length === 0) return tail(bytes)
  const longest = Math.max(MARGIN, ...redact.map((secret) => (typeof secret === 'string' ? 4 * secret.length : 0)))
  const text = tail(bytes + longest)
  const isCut = Buffer.byteLength(text) >= bytes + longest
  return redacted(isCut ? redact.reduce<string>(withoutOpening, text) : text, redact).slice(-bytes)
}

/**
 * An error of a start without what was to be taken out, in what it says and in what caused it: the system tells all
 * arguments there.
 */
export function redactError<T>(error: T, redact: Redactions): T {
  if (redact.length === 0 || !(error instanceof Error)) return error
  const { cause } = error
  for (const part of ['message', 'stack'] as const) {
    const value = redacted(error[part] ?? '', redact)
    Object.defineProperty(error, part, { value, configurable: true, writable: true })
  }
  if (cause instanceof Error) error.cause = plainly(cause, redact)
  return error
}

function plainly(cause: Error, redact: Redactions): Error {
  const { code } = cause as NodeJS.ErrnoException
  const plain = Object.assign(new Error(redacted(cause.message, redact)), code === undefined ? {} : { code })
  plain.stack = redacted(cause.stack ?? '', redact)
  return plain
}

function without(text: string, secret: string | RegExp): string {
  if (typeof secret === 'string') return text.replaceAll(secret, REDACTED)
  return text.replaceAll(new RegExp(secret, secret.flags.includes('g') ? secret.flags : `${secret.flags}g`), REDACTED)
}

// What stands at the beginning may be the rest of a secret that was cut.
function withoutOpening(text: string, secret: string | RegExp): string {
  if (typeof secret !== 'string') return text
  for (let from = 1; from < secret.length; from++) {
    const rest = secret.slice(from)
    if (text.startsWith(rest)) return text.slice(rest.length)
  }
  return text
}
