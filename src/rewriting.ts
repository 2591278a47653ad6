import { isUtf8 } from 'node:buffer'

/** A part of a text that is to be another one. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Says what is to be changed in a text: edits in order, none of which overlaps another. */
export type Editor = (text: string) => readonly Edit[]

/** What came through a stream in pieces, rewritten: bytes that are not UTF-8 stand as one character each. */
export interface Rewritten {
  readonly pieces: readonly string[]
  readonly binary: boolean
}

/** A text with its edits made. */
export function rewrite(text: string, editor: Editor): string {
  return slice(text, editor(text), [])[0] ?? ''
}

/**
 * Rewrites a stream as a whole, so that it does not matter where its pieces were cut: what replaces a part that goes across
 * a cut is in the earlier piece. A character that was cut is in the later one.
 */
export function rewriteStream(chunks: readonly Uint8Array[], editors: { text: Editor; binary: Editor }): Rewritten {
  const binary = !isUtf8(Buffer.concat(chunks))
  const texts = binary ? chunks.map((chunk) => Buffer.from(chunk).toString('latin1')) : decoded(chunks)
  const whole = texts.join('')
  let length = 0
  const cuts = texts.slice(0, -1).map((text) => (length += text.length))
  return { pieces: slice(whole, (binary ? editors.binary : editors.text)(whole), cuts), binary }
}

/** Edits in order, where those that overlap become one. */
export function united(edits: readonly Edit[]): readonly Edit[] {
  const all: Edit[] = []
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    const last = all.at(-1)
    if (last && edit.start < last.end) all[all.length - 1] = { ...last, end: Math.max(last.end, edit.end) }
    else all.push(edit)
  }
  return all
}

/** All of the first edits, and of the others those that overlap none of them. Both are in order. */
export function besides(first: readonly Edit[], others: readonly Edit[]): readonly Edit[] {
  const all: Edit[] = []
  let next = 0
  for (const edit of first) {
    for (let other = others[next]; other && other.start < edit.end; other = others[++next])
      if (other.end <= edit.start) all.push(other)
    all.push(edit)
  }
  return [...all, ...others.slice(next)]
}

function decoded(chunks: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return chunks.map((chunk, index) => decoder.decode(chunk, { stream: index < chunks.length - 1 }))
}

function slice(whole: string, edits: readonly Edit[], cuts: readonly number[]): string[] {
  const pieces: string[] = ['']
  let at = 0
  let nextCut = 0
  const append = (text: string): void => {
    pieces[pieces.length - 1] += text
  }
  const copyTo = (end: number): void => {
    for (let cut = cuts[nextCut]; cut !== undefined && cut <= end; cut = cuts[++nextCut]) {
      if (cut > at) append(whole.slice(at, cut))
      at = Math.max(at, cut)
      pieces.push('')
    }
    append(whole.slice(at, end))
    at = Math.max(at, end)
  }
  for (const { start, end, text } of edits) {
    copyTo(start)
    append(text)
    at = end
  }
  copyTo(whole.length)
  return pieces
}
