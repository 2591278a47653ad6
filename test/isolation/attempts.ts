import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'vitest'
import type { CommandInput, IsolationOptions, Outcome } from '../../src/index.ts'

/** One command, isolated in one way. */
export interface Attempt {
  readonly options: IsolationOptions
  readonly command: CommandInput
  readonly cgroup?: false
  readonly env?: Readonly<Record<string, string>>
}

/** What became of it. */
export interface Told {
  readonly outcome?: Outcome
  readonly out: string
  readonly err: string
  readonly error?: string
  readonly message: string
}

const RUNS = fileURLToPath(new URL('../fixtures/isolated-runs.ts', import.meta.url))

/** Registers facts, or one that is left out: its title says why, and where it is shown what happens instead. */
export function describeUnless(reason: string | undefined, title: string, twin: string, facts: () => void): void {
  if (reason === undefined) describe(title, facts)
  else skip(reason, title, twin)
}

/** The same for one fact. */
export function testUnless(
  reason: string | undefined,
  title: string,
  twin: string,
  body: () => Promise<void> | void,
): void {
  if (reason === undefined) test(title, body)
  else skip(reason, title, twin)
}

function skip(reason: string, title: string, twin: string): void {
  test.skip(`${title} (${reason}; instead, ${twin})`, () => {})
}

/** What the contract suite shows wherever a demand cannot be met. */
export const REFUSED = 'the contract suite shows that the start is refused'

/** Why what is proved on Linux alone is not proved here. */
export const notLinux: string | undefined = process.platform === 'linux' ? undefined : 'only Linux is proved'

export const root: boolean = process.getuid?.() === 0

/** Runs attempts in a program of its own, in a folder, that runs as we do, or behind the words of `before`. */
export function tellOf(
  attempts: readonly Attempt[],
  before: readonly string[] = [],
  cwd: string = process.cwd(),
): Told[] {
  const [program = '', ...args] = [...before, process.execPath, RUNS, JSON.stringify(attempts)]
  return JSON.parse(
    execFileSync(program, args, { encoding: 'utf8', cwd, env: { ...process.env, NODE_COMPILE_CACHE: '' } }),
  )
}

/** What makes a program run as nobody, with none of our groups; only root can do that. */
export const AS_NOBODY: readonly string[] = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', '--']

/** Why nothing can be run as nobody here; nothing where it can. */
export function whyNotAsNobody(): string | undefined {
  if (!root) return 'only root can run as nobody'
  const closed = [RUNS, process.execPath].find((path) => !isOpen(path))
  return closed && 'this folder is closed to others'
}

function isOpen(path: string): boolean {
  try {
    execFileSync('setpriv', [...AS_NOBODY.slice(1), 'test', '-r', path])
    accessSync(dirname(path), constants.R_OK)
    return true
  } catch {
    return false
  }
}
