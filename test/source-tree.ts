import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

const ROOT = new URL('../src/', import.meta.url)

/** One import of a source file. */
export interface Import {
  /** A path under `src` for a file of ours, else the specifier as it stands. */
  readonly of: string
  /** Whether anything of it is left when the types are gone. */
  readonly atRunTime: boolean
}

/** A source file, as the rules about the architecture see it. */
export interface SourceFile {
  /** Its path under `src`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

/** Every source file, ordered by path. */
export function readSources(): readonly SourceFile[] {
  const paths = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
  return paths.sort().map((path) => {
    const text = readFileSync(new URL(path, ROOT), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })
}

const STATIC = /^(?:import|export)\s+(type\s+)?([^'"]*?)\s*from\s+'([^']+)'/gm
const BARE = /^import\s+'([^']+)'/gm
const DYNAMIC = /(?:\bimport|\brequire|createRequire\([^)]*\))\('([^']+)'\)/g

/** The imports of a file: static, dynamic and by `createRequire`. */
export function importsOf(path: string, text: string): readonly Import[] {
  const found = [...text.matchAll(STATIC)].map(([, type, names = '', of = '']) => ({
    of,
    atRunTime: type === undefined && !namesOnlyTypes(names),
  }))
  const others = [...text.matchAll(BARE), ...text.matchAll(DYNAMIC)].map(([, of = '']) => ({ of, atRunTime: true }))
  return [...found, ...others].map((one) => ({ ...one, of: resolve(path, one.of) }))
}

function namesOnlyTypes(names: string): boolean {
  const braced = /^\{([^}]*)\}$/.exec(names.trim())?.[1]
  if (braced === undefined) return false
  const parts = braced.split(',').map((name) => name.trim())
  return parts.every((name) => name === '' || name.startsWith('type '))
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
}

/** A source text without its comments, whose words prove nothing. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

/** The first cycle of run-time imports, from a file back to itself; empty when there is none. */
export function findCycle(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const finished = new Set<string>()
  const visit = (path: string, trail: readonly string[]): readonly string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (finished.has(path)) return []
    for (const { of, atRunTime } of byPath.get(path)?.imports ?? []) {
      const cycle = atRunTime ? visit(of, [...trail, path]) : []
      if (cycle.length > 0) return cycle
    }
    finished.add(path)
    return []
  }
  for (const { path } of files) {
    const cycle = visit(path, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
