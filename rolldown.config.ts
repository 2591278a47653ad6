import { readFileSync } from 'node:fs'
import { defineConfig, type RolldownOptions } from 'rolldown'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const { exports, dependencies, peerDependencies }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** What users import, and the program that the contract suite starts. */
const entries = [
  './dist/actor/main.js',
  ...Object.values(exports).flatMap((one) => (typeof one === 'string' ? [] : one.default)),
]
const packages = Object.keys({ ...dependencies, ...peerDependencies })

/**
 * The library in few files: to find and read a file costs more than to compile what is in it. What is imported dynamically
 * stays a file of its own, nothing is renamed or squeezed, and comments are left to the declarations.
 */
const config: RolldownOptions = defineConfig({
  input: Object.fromEntries(entries.map((file) => [nameOf(file), `src/${nameOf(file)}.ts`])),
  platform: 'node',
  external: packages.map((name) => new RegExp(`^${name}(/|$)`)),
  output: { dir: 'dist', cleanDir: true, chunkFileNames: 'chunks/[name].js', comments: false, sourcemap: true },
})

export default config

function nameOf(file: string): string {
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '')
}
