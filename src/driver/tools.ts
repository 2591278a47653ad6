import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { ProcessStartError } from '../errors.ts'
import { asOurOwn } from '../own-starts.ts'

/** Where a system keeps its tools, whatever our PATH says. */
const STANDARD = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']
const TRIAL = { timeout: 5000, encoding: 'utf8' } as const

/**
 * The path of a program, found on our own PATH and never on that of the process to be; relative and empty elements of it
 * are passed over.
 *
 * @throws ProcessStartError as the system would, had it been asked: `ENOENT`, `EACCES`.
 */
export function findProgram(program: string, cwd: string = process.cwd()): string {
  const candidates = program.includes('/') ? [resolve(cwd, program)] : onPath(program)
  let refused: string | undefined
  for (const path of candidates) {
    const problem = problemWith(path)
    if (problem === undefined) return path
    if (problem !== 'ENOENT' && problem !== 'ENOTDIR') refused ??= problem
  }
  throw new ProcessStartError(program, refused ?? 'ENOENT')
}

/** The path of a tool of the system; `undefined` where it is not installed. */
export function findTool(name: string): string | undefined {
  return [...onPath(name), ...STANDARD.map((folder) => join(folder, name))].find(
    (path) => problemWith(path) === undefined,
  )
}

/** Why a command does not work, in its own words; `undefined` when it does. It is run to its end, within the call. */
export function whyNotRun([file, ...args]: readonly string[], cwd?: string): string | undefined {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const { status, signal, stderr, error } = asOurOwn(() => spawnSync(file ?? '', args, { ...TRIAL, cwd }))
  if (status === 0) return undefined
  const said = stderr?.trim().split('\n')[0]
  return said || (error as NodeJS.ErrnoException | undefined)?.code || `it ended with ${signal ?? status}`
}

function onPath(name: string): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, name))
}

function problemWith(path: string): string | undefined {
  const { accessSync, constants, statSync } = process.getBuiltinModule('node:fs')
  try {
    if (!statSync(path).isFile()) return 'EACCES'
    accessSync(path, constants.X_OK)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EACCES'
  }
}
