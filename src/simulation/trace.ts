/** What happened in a run, as a hash: equal for two runs in which the same happened at the same virtual times. */
export class Trace {
  /** How much has been noted. */
  count = 0
  /** All that was noted, where that is kept. */
  readonly notes: string[] | undefined
  #low = 0x811c9dc5
  #high = 0x9e3779b9

  constructor(options: { readonly keep?: boolean } = {}) {
    this.notes = options.keep ? [] : undefined
  }

  /** Takes note of something: what kind it is, when, and up to two numbers about it. */
  note(kind: string, at: number, first = 0, second = 0): void {
    this.count++
    this.#mix(codeOf(kind))
    this.#mix(at)
    this.#mix(first)
    this.#mix(second)
    this.notes?.push(`${at} ${kind} ${first} ${second}`)
  }

  /** Sixteen hexadecimal digits. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }

  // Times and numbers drawn are fractions: both halves of a number count.
  #mix(value: number): void {
    const whole = Math.trunc(value)
    const low = whole | 0
    const rest = ((value - whole) * 0x100000000) | 0
    this.#low = Math.imul(this.#low ^ low, 0x01000193)
    this.#high = Math.imul(this.#high ^ rest ^ (this.#low >>> 13), 0x85ebca6b) ^ (whole / 0x100000000)
  }
}

const known = new Map<string, number>()

/** A number for a text. */
export function codeOf(text: string): number {
  let code = known.get(text)
  if (code === undefined) {
    code = 0x811c9dc5
    for (let index = 0; index < text.length; index++) code = Math.imul(code ^ text.charCodeAt(index), 0x01000193)
    if (known.size < 10_000) known.set(text, code)
  }
  return code
}
