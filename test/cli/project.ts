import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { createProcess, type InvokedProcess, type ProcessResult } from '../../src/index.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** A folder in which the command line is used. */
export interface Project {
  readonly folder: string
  run(...words: string[]): Promise<ProcessResult>
  start(...words: string[]): Promise<InvokedProcess>
  /** Starts a script of bash, in which `$R` is the command line. */
  bash(script: string): Promise<InvokedProcess>
}

/** Gives what makes projects of these files, which are removed after the tests of a file. */
export function useProjects(): (files?: Readonly<Record<string, string>>) => Project {
  const root = mkdtempSync(join(tmpdir(), 'rehearsal-up-'))
  afterAll(() => rmSync(root, { recursive: true }))
  return (files = {}) => {
    const folder = mkdtempSync(join(root, 'case-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const program = createProcess().path(folder).env({ XDG_STATE_HOME: folder })
    const command = (...words: string[]) => [process.execPath, MAIN, ...words]
    return {
      folder,
      run: (...words) => program.run(command(...words)),
      start: (...words) => program.start(command(...words)),
      bash: (script) => program.env({ R: command().join(' ') }).start(['bash', '-c', script]),
    }
  }
}
