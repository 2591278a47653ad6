/** Colours of terminals that stand out on dark and light: one for each name, in turn. */
const COLOURS = [36, 33, 32, 35, 34, 31]

/** What processes write, line by line, each with the name of whoever wrote it. Coloured on a terminal, unless NO_COLOR is set. */
export class Prefixed {
  readonly #names: readonly string[]
  readonly #width: number
  readonly #colours: boolean
  readonly #rests = new Map<string, string>()

  constructor(names: readonly string[], colours: boolean = process.stdout.isTTY === true && !process.env.NO_COLOR) {
    this.#names = names
    this.#width = Math.max(...names.map((name) => name.length))
    this.#colours = colours
  }

  /** A piece of output. A line that is not whole waits for its rest. */
  write(name: string, type: 'out' | 'err', piece: string): void {
    const key = `${type} ${name}`
    const lines = ((this.#rests.get(key) ?? '') + piece).split('\n')
    this.#rests.set(key, lines.pop() as string)
    for (const line of lines) process.stdout.write(`${this.#prefix(name)} ${line}\n`)
  }

  /** Something about a process. A rest that was waiting comes first. */
  note(slot: string, text: string): void {
    for (const type of ['out', 'err'] as const) if (this.#rests.get(`${type} ${slot}`)) this.write(slot, type, '\n')
    process.stdout.write(`${this.#prefix(slot)} ${this.#coloured(2, text)}\n`)
  }

  /** Something about all of them. */
  say(text: string): void {
    process.stdout.write(`${this.#coloured(1, text)}\n`)
  }

  #prefix(name: string): string {
    const [member = name] = name.split('#')
    const colour = COLOURS[Math.max(0, this.#names.indexOf(member)) % COLOURS.length] as number
    return this.#coloured(colour, `${name.padEnd(this.#width)} |`)
  }

  #coloured(code: number, text: string): string {
    return this.#colours ? `\u001b[${code}m${text}\u001b[0m` : text
  }
}
