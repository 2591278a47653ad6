import { isUtf8 } from 'node:buffer'
import { LOOKAHEAD, type Redactor } from './redactor.ts'

/** Lines of one stream, in order. */
export interface Block {
  readonly lines: readonly string[]
  /** How many bytes of the stream a line stands for, its line end included. */
  readonly sizes: readonly number[]
  /** The bytes are not UTF-8: each is one character. */
  readonly binary: boolean
  /** All lines but the last one go on in the next, and so does that where this is `all`. */
  readonly split: 'none' | 'all' | 'allButLast'
}

const NEWLINE = 10

/** Makes lines of one stream, wherever its pieces were cut: an open line is kept until its end comes, or it gets too long. */
export class LineAssembly {
  readonly #maxLine: number
  readonly #redactor: Redactor | undefined
  #open: Uint8Array[] = []
  #openSize = 0

  /** `maxLine` is in bytes. */
  constructor(maxLine: number, redactor: Redactor | undefined) {
    this.#maxLine = maxLine
    this.#redactor = redactor
  }

  /** Whether there is the beginning of a line. */
  get isOpen(): boolean {
    return this.#openSize > 0
  }

  /** The lines that are complete with these bytes, which are copied where they are needed longer. */
  add(bytes: Uint8Array): Block[] {
    const end = bytes.lastIndexOf(NEWLINE)
    const blocks = end === -1 ? [] : this.#wholeLines(this.#taken(bytes.subarray(0, end)))
    this.#keep(bytes.subarray(end + 1))
    this.#cutOpenLine(blocks)
    return blocks
  }

  /** What of an open line can be given out before it is complete. */
  early(): Block[] {
    const bytes = this.#taken()
    const wanted = withoutBeginning(bytes, 0)
    const end = this.#redactor ? this.#redactor.settled(latin1(bytes.subarray(0, wanted))) : wanted
    this.#keep(bytes.subarray(end))
    return end === 0 ? [] : [this.#part(bytes.subarray(0, end))]
  }

  /** All that there is of an open line, for those who cannot wait for what follows. */
  giveOut(): Block[] {
    if (!this.isOpen) return []
    const bytes = this.#taken()
    const { text, binary } = decoded(bytes)
    return [{ ...this.#inParts(this.#redactor?.hideCut(text) ?? text, bytes.length, binary), split: 'all' }]
  }

  /** The last line, where it has no end. */
  end(): Block[] {
    if (!this.isOpen) return []
    return this.#wholeLines(this.#taken(), 0)
  }

  // While a line is longer than it may be; what follows a cut must be known, in case that a secret lies across it.
  #cutOpenLine(blocks: Block[]): void {
    const ahead = this.#redactor ? LOOKAHEAD : 0
    while (this.#openSize > this.#maxLine + ahead) {
      const bytes = this.#taken()
      const wanted = wholeCharacters(bytes, this.#maxLine)
      const end = this.#redactor ? this.#redactor.cut(latin1(bytes), wanted) : wanted
      this.#keep(bytes.subarray(end))
      blocks.push(this.#part(bytes.subarray(0, end)))
    }
  }

  #part(bytes: Uint8Array): Block {
    const { text, binary } = decoded(bytes)
    const shown = this.#redactor?.hide(text, true) ?? text
    return { lines: [shown], sizes: [bytes.length], binary, split: 'all' }
  }

  // A line that is too long becomes a block of its own, in parts.
  #wholeLines(bytes: Uint8Array, lastEnd = 1): Block[] {
    const { text, binary } = decoded(bytes)
    const shown = this.#redactor?.hide(text, false) ?? text
    const lines = shown.split('\n')
    const sizes = sizesOf(shown === text ? lines : text.split('\n'), binary || text.length === bytes.length, lastEnd)
    if (bytes.length <= this.#maxLine) return [{ lines, sizes, binary, split: 'none' }]
    return this.#withLongOnesCut({ lines, sizes, binary, split: 'none' })
  }

  #withLongOnesCut(block: Block): Block[] {
    const { lines, sizes, binary } = block
    const blocks: Block[] = []
    let from = 0
    for (const [index, size] of sizes.entries()) {
      if (size - 1 <= this.#maxLine) continue
      if (index > from) blocks.push({ ...block, lines: lines.slice(from, index), sizes: sizes.slice(from, index) })
      blocks.push(this.#inParts(lines[index] as string, size, binary))
      from = index + 1
    }
    if (from < lines.length)
      blocks.push(from === 0 ? block : { ...block, lines: lines.slice(from), sizes: sizes.slice(from) })
    return blocks
  }

  #inParts(line: string, size: number, binary: boolean): Block {
    const bytes = Buffer.from(line, binary ? 'latin1' : 'utf8')
    const lines: string[] = []
    for (let at = 0; at < bytes.length || at === 0; ) {
      const end = wholeCharacters(bytes, Math.min(bytes.length, at + this.#maxLine), at)
      lines.push(bytes.subarray(at, end).toString(binary ? 'latin1' : 'utf8'))
      at = end
    }
    // Without its secrets it may be shorter than it was: all that it stands for is counted with its first part.
    return { lines, sizes: [size, ...lines.slice(1).map(() => 0)], binary, split: 'allButLast' }
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#open.push(new Uint8Array(bytes))
    this.#openSize += bytes.length
  }

  /** The open line, with what is added to it. */
  #taken(rest?: Uint8Array): Uint8Array {
    if (this.#openSize === 0) return rest ?? new Uint8Array(0)
    const all = Buffer.concat(rest ? [...this.#open, rest] : this.#open)
    this.#open = []
    this.#openSize = 0
    return all
  }
}

function decoded(bytes: Uint8Array): { readonly text: string; readonly binary: boolean } {
  const binary = !isUtf8(bytes)
  return { text: asBuffer(bytes).toString(binary ? 'latin1' : 'utf8'), binary }
}

function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).toString('latin1')
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function sizesOf(lines: readonly string[], oneByteEach: boolean, lastEnd: number): number[] {
  const sizes = lines.map((line) => (oneByteEach ? line.length : Buffer.byteLength(line)) + 1)
  sizes[sizes.length - 1] = (sizes.at(-1) as number) - 1 + lastEnd
  return sizes
}

/** The place nearest before `wanted` where no character of UTF-8 is cut in two. */
function wholeCharacters(bytes: Uint8Array, wanted: number, from = 0): number {
  let start = wanted
  while (start > from && start > wanted - 4 && isContinued(bytes[start])) start--
  // What is no UTF-8 can be cut anywhere.
  return start > from ? start : wanted
}

// At the end of what is there, the beginning of a character waits for its rest.
function withoutBeginning(bytes: Uint8Array, from: number): number {
  for (let length = 1; length <= 3 && bytes.length - length >= from; length++) {
    const byte = bytes[bytes.length - length] as number
    if (!isContinued(byte)) return lengthOf(byte) > length ? bytes.length - length : bytes.length
  }
  return bytes.length
}

function isContinued(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function lengthOf(first: number): number {
  if (first >= 0xf0) return 4
  if (first >= 0xe0) return 3
  return first >= 0xc0 ? 2 : 1
}
