import { type Edit, united } from '../rewriting.ts'
import { REDACTED, type Secrets } from '../secrets.ts'

/** How much of what was given out before is looked at again: what makes a secret of the next word stands before it. */
const CONTEXT = 256
/** How much must be known of what follows a place before a line may be cut there. */
export const LOOKAHEAD = 4096

const KEY_BEGINS = '-----BEGIN PRIVATE KEY-----\n'
const KEY_EDGE = /-----(BEGIN|END) [A-Z ]*PRIVATE KEY-----/g

/** Takes the secrets out of one stream, which comes piece by piece: also those that lie across two of them. */
export class Redactor {
  readonly #secrets: Secrets
  /** What stood before the next piece, as far as it matters. */
  #before = ''

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  /** A piece without its secrets; it has as many lines as before. `goesOn` says that its last line is not at its end. */
  hide(text: string, goesOn: boolean): string {
    const all = this.#before + text
    const edits = this.#editsAfter(all, this.#before.length)
    this.#before = `${isKeyOpen(all) ? KEY_BEGINS : ''}${goesOn ? all.slice(-CONTEXT) : ''}`
    return edits.length === 0 ? text : rewritten(text, edits)
  }

  /** A last piece, cut off anywhere, without its secrets and without what may begin one. */
  hideCut(text: string): string {
    const { length } = this.#before
    const all = this.#before + text
    const beginning = { start: Math.max(length, this.#beginning(all)), end: all.length, text: REDACTED }
    const edits = united([...this.#editsAfter(all, length), moved(beginning, length)])
    this.#before = ''
    return rewritten(
      text,
      edits.filter(({ start, end }) => start < end),
    )
  }

  /** Where to cut a text that goes on, near to `wanted`, so that no secret is cut in two. */
  cut(text: string, wanted: number): number {
    const edits = this.#editsAfter(this.#before + text, this.#before.length)
    const split = edits.find(({ start, end }) => start < wanted && wanted < end)
    return split ? split.start || split.end : wanted
  }

  /** How much of a text that may go on at any time can be given out: nothing that may turn out to begin a secret. */
  settled(text: string): number {
    const secrets = this.#secrets
    return this.cut(text, Math.min(calmUntil(text), secrets.opening(text), secrets.openingOfToken(text)))
  }

  // A last word that is nothing like a secret is shown, unless there are patterns of which that cannot be told.
  #beginning(text: string): number {
    const secrets = this.#secrets
    const word = secrets.hasGivenPatterns ? calmUntil(text) : text.length
    return Math.min(word, secrets.opening(text), secrets.openingOfToken(text))
  }

  #editsAfter(all: string, start: number): readonly Edit[] {
    return this.#secrets
      .edits(all)
      .filter(({ end }) => end > start)
      .map((edit) => moved(edit, start))
  }
}

function moved(edit: Edit, by: number): Edit {
  return { ...edit, start: Math.max(0, edit.start - by), end: edit.end - by }
}

/** Where the last word begins, which may go on; one that is too long to be a secret is as good as over. */
function calmUntil(text: string): number {
  let word = text.length
  while (word > 0 && !SPACE.test(text[word - 1] as string)) word--
  return text.length - word > LOOKAHEAD ? text.length : word
}

const SPACE = /\s/

// What lies between the edges of a key is all of it, however long.
function isKeyOpen(text: string): boolean {
  if (!text.includes('PRIVATE KEY-----')) return false
  return [...text.matchAll(KEY_EDGE)].at(-1)?.[1] === 'BEGIN'
}

function rewritten(text: string, edits: readonly Edit[]): string {
  let at = 0
  const parts: string[] = []
  for (const { start, end } of edits) {
    const lines = text.slice(start, end).split('\n').length
    parts.push(text.slice(at, start), Array.from({ length: lines }, () => REDACTED).join('\n'))
    at = end
  }
  return parts.join('') + text.slice(at)
}
