import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import {
  createProcess,
  FakeDriver,
  type FakeDriverOptions,
  type ProcessFactory,
  type Scenario,
} from '../../src/index.ts'

/** A folder for one test, with a recording in it; and an environment in which recording is allowed. */
export interface Desk {
  readonly folder: string
  readonly file: string
  read(): string
  write(text: string): void
}

/** Gives each test of a file a folder of its own. */
export function useDesk(): Desk {
  let folder = ''
  const { CI, REHEARSAL_RECORDING } = process.env
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-recording-'))
    delete process.env.CI
    delete process.env.REHEARSAL_RECORDING
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    for (const [name, value] of Object.entries({ CI, REHEARSAL_RECORDING })) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  return {
    get folder() {
      return folder
    },
    get file() {
      return join(folder, 'recording.ndjson')
    },
    read: () => readFileSync(join(folder, 'recording.ndjson'), 'utf8'),
    write: (text) => writeFileSync(join(folder, 'recording.ndjson'), text),
  }
}

/** A machine in memory, for recordings that need no real one: what each command does, by its text. */
export function machine(
  programs: Readonly<Record<string, Scenario>>,
  options: Omit<FakeDriverOptions, 'cast'> = {},
): ProcessFactory {
  const cast: FakeDriverOptions['cast'] = ({ line }) => {
    const scenario = programs[typeof line === 'string' ? line : line.join(' ')] ?? programs['*']
    return scenario && { scenario }
  }
  return createProcess({ driver: new FakeDriver({ ...options, cast }) })
}

/** The lines of a recording between the first and the last. */
export function linesOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as unknown)
}
