import { StringDecoder } from 'node:string_decoder'
import type { OutputEntry, OutputType } from './output-log.ts'

/** A piece of output as text. */
export interface TextEntry {
  readonly type: OutputType
  readonly data: string
}

/**
 * Decodes output piece by piece: a character that is cut in two comes whole with the second piece. Each stream has its
 * own state.
 */
export class TextPieces {
  readonly #encoding: BufferEncoding
  readonly #decoders: Partial<Record<OutputType, StringDecoder>> = {}

  constructor(encoding: BufferEncoding) {
    this.#encoding = encoding
  }

  /** The text that is complete with this piece; may be empty. */
  decode({ type, data }: OutputEntry): string {
    this.#decoders[type] ??= new StringDecoder(this.#encoding)
    return this.#decoders[type].write(data as Buffer)
  }

  /** What is left at the end of a stream. */
  rest(type: OutputType): string {
    return this.#decoders[type]?.end() ?? ''
  }
}

/** Bytes as text, without copying them first. */
export function decode(bytes: Uint8Array, encoding: BufferEncoding): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding)
}

/** Cuts the text of one stream into lines, without their line ends. */
export class LineCutter {
  #text = ''
  #at = 0
  /** The beginning of a line that is not complete yet. */
  #open = ''

  /** Takes the next piece, once there is no next line in the one before. */
  add(text: string): void {
    this.#text = text
    this.#at = 0
  }

  /** The next line that is complete, or `undefined` when there is none yet. */
  next(): string | undefined {
    const end = this.#text.indexOf('\n', this.#at)
    if (end === -1) return this.#leaveOpen()
    const line = this.#open + this.#text.slice(this.#at, end)
    this.#open = ''
    this.#at = end + 1
    return withoutReturn(line)
  }

  /** All lines that are complete, together. */
  all(): string[] {
    const text = this.#text.slice(this.#at)
    const lines = text.split('\n')
    lines[0] = this.#open + lines[0]
    this.#open = lines.pop() as string
    this.add('')
    return text.includes('\r') || lines[0]?.endsWith('\r') ? lines.map(withoutReturn) : lines
  }

  /** The last line, if it has no line end. Ask for it once there is no next one. */
  rest(): string | undefined {
    const line = this.#open
    this.#open = ''
    return line === '' ? undefined : line
  }

  #leaveOpen(): undefined {
    this.#open += this.#text.slice(this.#at)
    this.add('')
  }
}

const RETURN = 13

function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === RETURN ? line.slice(0, -1) : line
}
