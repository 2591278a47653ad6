import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Config } from './config.ts'
import { readProcfile } from './procfile.ts'
import { UsageError } from './usage.ts'

/** Where a config is looked for when none is named. */
const NAMES = [
  'rehearsal.config.ts',
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
  return { file, folder: dirname(path), config: checked(file, await contentOf(file, path)) }
}

async function contentOf(file: string, path: string): Promise<unknown> {
  if (/^Procfile/.test(basename(path))) return { processes: readProcfile(file, readFileSync(path, 'utf8')) }
  if (!path.endsWith('.json'))
    return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`Cannot read ${file}: ${(error as Error).message}`)
  }
}

// What members say of themselves is checked by the group that they are added to.
function checked(file: string, content: unknown): Config {
  const wrong = (place: string, expected: string, found: unknown): never => {
    throw new UsageError(
      `Cannot use ${file}: "${place}": expected ${expected}, found ${JSON.stringify(found) ?? 'nothing'}`,
    )
  }
  if (!isObject(content)) return wrong('default export', 'a config, see defineConfig', content)
  const { processes } = content
  if (!isObject(processes)) return wrong('processes', 'an object of commands by name', processes)
  if (Object.keys(processes).length === 0) return wrong('processes', 'one process at least', processes)
  for (const [name, one] of Object.entries(processes)) {
    if (isCommand(one)) continue
    if (!isObject(one)) return wrong(`processes.${name}`, 'a command, or an object with one', one)
    if (!isCommand(one.command)) return wrong(`processes.${name}.command`, 'text for the shell, or words', one.command)
  }
  return content as unknown as Config
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCommand(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== ''
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')
}
