import { homedir, tmpdir } from 'node:os'
import type { Edit } from '../rewriting.ts'
import { shown } from '../shown.ts'

/** What differs from machine to machine, by the name that stands for it in a recording. */
export type SymbolValues = Readonly<Record<string, string>>

/** Stands for `<` itself where a text would otherwise read like a symbol. */
const LESS = 'lt'

/**
 * Puts symbols in the place of paths, and paths in the place of symbols: `/home/ada/project/a.ts` is `<cwd>/a.ts` in a
 * recording, wherever it is played. Nothing is lost either way.
 */
export class Symbols {
  readonly #values: ReadonlyMap<string, string>
  readonly #found: RegExp
  readonly #named: RegExp
  readonly #names: ReadonlyMap<string, string>

  /** @throws TypeError for a symbol without a name or a value. */
  constructor(more: SymbolValues = {}) {
    const entries = [...Object.entries(more), ...ofThisMachine()]
    for (const [name, value] of entries) checkSymbol(name, value)
    this.#values = new Map([...entries].reverse())
    this.#names = new Map(entries.map(([name, value]) => [value, name] as const).reverse())
    const longestFirst = [...this.#names.keys()].sort((a, b) => b.length - a.length)
    const names = [LESS, ...this.#values.keys()].join('|')
    this.#found = new RegExp(`${longestFirst.map(wholePath).join('|')}|<(?=(?:${names})>)`, 'g')
    this.#named = new RegExp(`<(${names})>`, 'g')
  }

  /** The symbols that a text is to have. */
  edits(text: string): readonly Edit[] {
    return [...text.matchAll(this.#found)].map(({ 0: found, index }) => ({
      start: index,
      end: index + found.length,
      text: `<${this.#names.get(found) ?? LESS}>`,
    }))
  }

  /** A text of a recording as it is on this machine. */
  expand(text: string): string {
    return text.replace(this.#named, (symbol, name: string) =>
      name === LESS ? '<' : (this.#values.get(name) ?? symbol),
    )
  }
}

// A folder may be known by two paths; the one that programs are told comes last, so that it is the one that is put back.
function ofThisMachine(): [string, string][] {
  const folders: [string, string][] = [
    ['cwd', process.cwd()],
    ['tmp', tmpdir()],
    ['home', homedir()],
  ]
  const real = folders.flatMap(([name, path]): [string, string][] => [
    [name, path],
    [name, realOf(path)],
  ])
  const all: [string, string][] = [['node', process.execPath], ...real]
  return all.filter(([, path]) => path.length > 1)
}

function realOf(path: string): string {
  try {
    return process.getBuiltinModule('node:fs').realpathSync(path)
  } catch {
    return path
  }
}

function checkSymbol(name: string, value: unknown): void {
  if (!/^[a-z][\w-]*$/i.test(name) || name === LESS)
    throw new TypeError(`Cannot use ${shown(name)} as the name of a symbol: expected letters`)
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`Cannot use ${shown(value)} for the symbol "${name}": expected text`)
}

// `/tmp` is not meant in `/tmpfs` or in `/var/tmp`. Looked at from behind, so that the plain text is searched for first.
function wholePath(path: string): string {
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return `${literal}(?<!/[\\w.-]+${literal})(?![\\w-])`
}
