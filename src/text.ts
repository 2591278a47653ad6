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
  readonly #decoders: Record<OutputType, StringDecoder>

  constructor(encoding: BufferEncoding) {
    this.#decoders = { out: new StringDecoder(encoding), err: new StringDecoder(encoding) }
  }

  /** The text that is complete with this piece; may be empty. */
  decode(entry: OutputEntry): string {
    return this.#decoders[entry.type].write(entry.data as Buffer)
  }

  /** What is left at the end of a stream. */
  rest(type: OutputType): string {
    return this.#decoders[type].end()
  }
}

/** Cuts text into lines, without their line ends, stream by stream. */
export class LineSplitter {
  readonly #open: Record<OutputType, string> = { out: '', err: '' }

  /** The lines that are complete with this piece. */
  split(type: OutputType, text: string): string[] {
    const lines = (this.#open[type] + text).split('\n')
    this.#open[type] = lines.pop() as string
    return lines.map(withoutReturn)
  }

  /** The last line, if it has no line end. */
  rest(type: OutputType): string[] {
    const line = this.#open[type]
    this.#open[type] = ''
    return line === '' ? [] : [withoutReturn(line)]
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
