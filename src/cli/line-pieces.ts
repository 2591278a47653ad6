/** The longest line that is shown as one, in characters. */
const LONGEST = 16 * 1024

const RETURN = 13

/**
 * Cuts what comes in pieces into lines, as a terminal shows them: what a lone carriage return goes back over is gone. A line that is
 * too long comes in parts.
 */
export class LinePieces {
  #rest = ''
  /** Whether what comes next is written over the rest. */
  #returned = false

  /** The lines that are complete with this piece. */
  add(piece: string): readonly string[] {
    const lines: string[] = []
    let at = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', at)) {
      this.#write(piece.slice(at, end), lines)
      lines.push(this.#take())
      at = end + 1
    }
    this.#write(piece.slice(at), lines)
    return lines
  }

  /** The line that has no end, where there is one: it is over now. */
  rest(): readonly string[] {
    const rest = this.#take()
    return rest === '' ? [] : [rest]
  }

  #write(text: string, lines: string[]): void {
    const end = endOf(text)
    if (end > 0) {
      const begin = text.lastIndexOf('\r', end - 1) + 1
      const kept = this.#returned || begin > 0 ? '' : this.#rest
      this.#rest = kept + text.slice(begin, end)
      this.#returned = false
    }
    if (end < text.length) this.#returned = true
    while (this.#rest.length > LONGEST) lines.push(this.#takeOff(LONGEST))
  }

  #take(): string {
    this.#returned = false
    return this.#takeOff(this.#rest.length)
  }

  #takeOff(count: number): string {
    const part = this.#rest.slice(0, count)
    this.#rest = this.#rest.slice(count)
    return part
  }
}

/** Where the returns at the end of a text begin: nothing is written over what is before them yet. */
function endOf(text: string): number {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === RETURN) end--
  return end
}
