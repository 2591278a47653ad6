import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import {
  type ChunkingContext,
  defineConfig,
  type OutputAsset,
  type OutputChunk,
  type Plugin,
  type RenderedChunk,
  type RolldownOptions,
} from 'rolldown'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const { bin, exports, dependencies, peerDependencies }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** What users import and run, and the programs that are started from here. */
const entries = [
  './dist/actor/main.js',
  './dist/cli/stand-in.js',
  ...Object.values(bin),
  ...Object.values(exports).flatMap((one) => (typeof one === 'string' ? [] : one.default)),
]
const packages = Object.keys({ ...dependencies, ...peerDependencies })

/**
 * The library in few files: to find and read a file costs more than to compile what is in it. What is imported dynamically
 * stays a file of its own, nothing is renamed or squeezed, and comments are left to the declarations. A package that is not
 * among the dependencies becomes part of the file that needs it, with its licence.
 */
const config: RolldownOptions = defineConfig({
  input: Object.fromEntries(entries.map((file) => [nameOf(file), `src/${nameOf(file)}.ts`])),
  platform: 'node',
  // Of a line with an escaped character, a few columns are not exact.
  checks: { sourcemapBroken: false },
  // Node 22 does not know `using`.
  transform: { target: 'node22.13' },
  plugins: [
    cronParserWithin(),
    { name: 'ascii', generateBundle: (_, bundle) => Object.values(bundle).forEach(toAscii) },
  ],
  external: packages.map((name) => new RegExp(`^${name}(/|$)`)),
  output: {
    dir: 'dist',
    cleanDir: true,
    chunkFileNames: 'chunks/[name].js',
    comments: false,
    banner: licencesIn,
    sourcemap: true,
    codeSplitting: { groups: [{ name: (id, context) => (isCore(id, context) ? 'core' : null) }] },
  },
})

export default config

// What the main entry needs at once is one file, but for what the actor needs too: that starts often, and wants little.
function isCore(id: string, context: ChunkingContext): boolean {
  core ??= staticImportsOf('src/index.ts', context)
  actor ??= staticImportsOf('src/actor/main.ts', context)
  return core.has(id) && !actor.has(id)
}

let core: ReadonlySet<string> | undefined
let actor: ReadonlySet<string> | undefined

function staticImportsOf(entry: string, context: ChunkingContext): ReadonlySet<string> {
  const reached = new Set([resolve(entry)])
  for (const id of reached) for (const next of context.getModuleInfo(id)?.importedIds ?? []) reached.add(next)
  return reached
}

/**
 * Makes the reader of cron expressions part of the library, so that a program with a schedule can be bundled: no bundler
 * follows what is loaded by `createRequire`. Written as `require`, it is still evaluated by the first expression only. Of
 * what it makes of the fields, and of its dates, for which it has luxon, nothing is used here.
 */
function cronParserWithin(): Plugin {
  const lazily = "createRequire(import.meta.url)('cron-parser')"
  const index = createRequire(import.meta.url).resolve('cron-parser')
  const unused: Readonly<Record<string, string>> = {
    './CronExpression': 'export class CronExpression { constructor(fields) { this.fields = fields } }',
    luxon: 'export {}',
  }
  return {
    name: 'cron-parser',
    resolveId(id, importer = '') {
      if (id === 'cron-parser') return join(dirname(index), 'CronExpressionParser.js')
      return id in unused && importer.startsWith(dirname(index)) ? `\0${id}` : null
    },
    load: (id) => unused[id.slice(1)] ?? null,
    transform(code, id) {
      if (!id.endsWith('/src/schedule/cron.ts')) return null
      if (!code.includes(lazily)) throw new Error(`Cannot make cron-parser part of the library: no ${lazily} in ${id}`)
      return { code: code.replace(lazily, "require('cron-parser')") }
    },
  }
}

function licencesIn({ moduleIds }: RenderedChunk): string {
  const folders = moduleIds.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? [])
  return [...new Set(folders)].map(licenceOf).join('\n')
}

function licenceOf(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
  if (file === undefined) throw new Error(`Cannot make ${name} part of the library: it has no licence with it`)
  return `/*!\n${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n*/`
}

// V8 takes twice the memory, and longer, for a file with a single character outside of Latin-1. Ours are all in strings.
// Of the whole, when it is printed: whatever is replaced before is printed as the character again.
function toAscii(file: OutputAsset | OutputChunk): void {
  if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function nameOf(file: string): string {
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
}
