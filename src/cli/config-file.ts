import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import type { Config } from './config.ts'
import { importOwn } from './own-module.ts'
import { readProcfile } from './procfile.ts'
import { UsageError } from './usage.ts'

/** Where a config is looked for when none is named. */
const NAMES = [
  'rehearsal.config.ts',
  'rehearsal.config.mts',
  'rehearsal.config.js',
  'rehearsal.config.mjs',
  'rehearsal.config.json',
  'Procfile',
]

/** A config, and the folder that its paths start from. */
export interface Loaded {
  readonly file: string
  readonly folder: string
  readonly config: Config
}

/**
 * Reads a config: a module, JSON, or a Procfile.
 *
 * @throws UsageError that names the file, the place in it, and what was expected there.
 */
export async function loadConfig(named: string | undefined): Promise<Loaded> {
  const file = named ?? NAMES.find((name) => existsSync(name))
  if (file === undefined) throw new UsageError(`Cannot bring anything up: there is none of ${NAMES.join(', ')}`)
  const path = resolve(file)
  if (!existsSync(path)) throw new UsageError(`Cannot read the config: there is no ${file}`)
  return { file, folder: dirname(path), config: await checked(file, await contentOf(file, path)) }
}

async function contentOf(file: string, path: string): Promise<unknown> {
  if (/^Procfile/.test(basename(path))) return { processes: readProcfile(file, readFileSync(path, 'utf8')) }
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8'))
    return (await importOwn(file, 'read the config')).default
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`Cannot read ${file}: ${error instanceof Error ? error.message : error}`)
  }
}

async function checked(file: string, content: unknown): Promise<Config> {
  const { problemsIn } = await import('./config-problems.ts')
  const [problem, ...others] = problemsIn(content)
  if (problem === undefined) return content as Config
  if (others.length === 0) throw new UsageError(`Cannot use ${file}: ${problem}`)
  throw new UsageError([`Cannot use ${file}:`, problem, ...others].join('\n  '))
}
