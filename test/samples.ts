import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** One sample of code in the documentation. */
export interface Sample {
  readonly document: string
  /** The heading above it, and the line where it starts. */
  readonly title: string
  /** Where it is written to, under the folder of all samples. */
  readonly file: string
  readonly code: string
  /** Why it is not run, if it is not. */
  readonly notRun: string | undefined
}

/** The pages of the documentation. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

/** A page as it is written. */
export function readDocument(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8')
}

const PART = /^(?:```ts(?: (?:no-run: (?<reason>.+)|(?<name>\S+\.ts)))?\n(?<code>[\s\S]*?)^```|#+ (?<heading>.*))$/gm

/**
 * The samples of a page: its blocks of `ts`. One with a file name can be imported by those after it; one that is not to be
 * run says `no-run: ` and why.
 */
export function samplesOf(document: string): readonly Sample[] {
  const text = readDocument(document)
  const folder = document.replace(/\W/g, '-')
  let heading = ''
  const samples = [...text.matchAll(PART)].flatMap(({ index, groups = {} }) => {
    heading = groups.heading ?? heading
    if (groups.code === undefined) return []
    const line = text.slice(0, index).split('\n').length
    const file = join(folder, groups.name ?? `line-${line}.ts`)
    return [{ document, title: `${heading} (line ${line})`, file, code: groups.code, notRun: groups.reason }]
  })
  const blocks = text.match(/^```ts/gm)?.length ?? 0
  if (blocks !== samples.length)
    throw new Error(`${document} has ${blocks} blocks of ts, but ${samples.length} samples`)
  return samples
}

/** What a sample that imports nothing takes for granted. */
const PRELUDE = "import assert from 'node:assert/strict'; import { createProcess, Process } from 'rehearsal'; "

const OURS: Readonly<Record<string, string>> = {
  rehearsal: 'src/index.ts',
  'rehearsal/contracts': 'src/contracts/suite/index.ts',
  'rehearsal/driver': 'src/driver/index.ts',
  'rehearsal/intercept': 'src/intercept/index.ts',
  'rehearsal/otel': 'src/otel/index.ts',
  'rehearsal/report': 'src/report/index.ts',
  execa: 'node_modules/execa/index.js',
  vitest: 'test/fixtures/sample-runner.ts',
}

/** Writes a sample as a module that imports this checkout, and gives back where. */
export function writeSample({ file, code }: Sample, folder: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  const whole = /^import /m.test(code) ? code : PRELUDE + code
  writeFileSync(
    path,
    whole.replace(/(from|module) '([\w/]+)'/g, (all, word, name) =>
      name in OURS ? `${word} '${relative(dirname(path), join(ROOT, OURS[name] as string))}'` : all,
    ),
  )
  return path
}

/** Makes a folder of samples a package that is type-checked with the settings of this project. */
export function writeSettings(folder: string): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const compilerOptions = {
    typeRoots: [join(ROOT, 'node_modules/@types')],
    allowImportingTsExtensions: true,
    rewriteRelativeImportExtensions: false,
    isolatedDeclarations: false,
    declaration: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  }
  const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['**/*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
}
