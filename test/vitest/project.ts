import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createProcess } from '../../src/index.ts'

/** The folder of this repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))
const RUNNERS = join(ROOT, 'test/runners')

/** Where each version of vitest is installed. */
export const versions: Readonly<Record<string, string>> = {
  'vitest 3': join(RUNNERS, 'vitest3/node_modules/vitest'),
  'vitest 4': join(RUNNERS, 'vitest4/node_modules/vitest'),
  'vitest 5': join(ROOT, 'node_modules/vitest'),
}

const own = createProcess()

/** Builds the package as it would be published, in a folder that projects are made under. */
export async function buildPackage(): Promise<string> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-runners-'))
  const dist = join(folder, 'package/dist')
  const tools = own.path(ROOT)
  const bundled = await tools.run(['node_modules/.bin/rolldown', '--config', 'rolldown.config.ts', '--dir', dist])
  const typed = await tools.run(['node_modules/.bin/tsc', '-p', 'tsconfig.build.json', '--outDir', dist])
  for (const result of [bundled, typed]) result.throw()
  cpSync(join(ROOT, 'package.json'), join(folder, 'package/package.json'))
  return folder
}

/**
 * Makes a project under the folder that `buildPackage` gave, with the package and others installed, each from where it is.
 */
export function makeProject(folder: string, name: string, packages: Readonly<Record<string, string>>): string {
  const project = join(folder, name.replaceAll(' ', '-'))
  const modules = join(project, 'node_modules')
  mkdirSync(modules, { recursive: true })
  cpSync(join(folder, 'package'), join(modules, 'rehearsal'), { recursive: true })
  const all = { execa: join(ROOT, 'node_modules/execa'), ...packages }
  for (const [of, path] of Object.entries(all)) symlinkSync(path, join(modules, of))
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings))
  return project
}

/** Copies the cases that every version of vitest runs into a project. */
export function addCases(project: string): void {
  cpSync(join(RUNNERS, 'cases'), join(project, 'cases'), { recursive: true })
}

const settings = {
  extends: join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    typeRoots: [join(ROOT, 'node_modules/@types')],
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    isolatedDeclarations: false,
    declaration: false,
  },
  include: ['cases', 'node_modules/rehearsal/dist/vitest/index.d.ts'],
}

/** What is wrong with the types of a project, line by line. */
export async function typeErrors(project: string): Promise<readonly string[]> {
  const tsc = [join(ROOT, 'node_modules/.bin/tsc'), '-p', '.', '--pretty', 'false']
  return (await own.path(project).run(tsc)).lines()
}

/** One test of a report. */
export interface Case {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

/** Runs the tests of a project with a version of vitest and tells of each how it ended. */
export function runVitest(project: string, vitest: string, ...flags: string[]): Promise<readonly Case[]> {
  const report = ['--reporter=json', '--outputFile=report.json']
  return runAndReport(project, [join(vitest, 'vitest.mjs'), 'run', '--root', '.', ...report, ...flags])
}

/** The same with jest. */
export function runJest(project: string): Promise<readonly Case[]> {
  const jest = ['--experimental-vm-modules', join(ROOT, 'node_modules/jest/bin/jest.js')]
  return runAndReport(project, [...jest, '--json', '--outputFile=report.json'])
}

/** The same with the runner of Node. */
export async function runNodeTest(project: string): Promise<readonly Case[]> {
  const flags = ['--test', '--import', './set-up.js', '--test-reporter=tap']
  const result = await own.path(project).run([process.execPath, ...flags])
  const lines = [...result.output().matchAll(/^(not ok|ok) \d+ - (.*)\n(?: {2}---\n([\s\S]*?)\n {2}\.\.\.)?/gm)]
  return lines.map(([, ok, title = '', details = '']) => ({
    title,
    status: ok === 'ok' ? 'passed' : 'failed',
    failureMessages: ok === 'ok' ? [] : [details],
  }))
}

async function runAndReport(project: string, command: readonly string[]): Promise<readonly Case[]> {
  const report = join(project, 'report.json')
  const result = await own.path(project).run([process.execPath, ...command])
  if (!existsSync(report)) throw new Error(`The runner wrote no report:\n${result.output()}\n${result.errorOutput()}`)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return testResults.flatMap(({ assertionResults }: { assertionResults: Case[] }) => assertionResults)
}
