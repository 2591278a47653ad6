import type { Variables } from './settings.ts'
import { shown } from './shown.ts'

/**
 * Which of our own variables a process gets: all (`inherit`), none but those that every program needs (`clean`), or those
 * and the ones of these names, in which `*` stands for anything. Variables in an object are all it gets besides the clean ones.
 */
export type EnvironmentRule =
  | 'inherit'
  | 'clean'
  | readonly string[]
  | Variables
  | { readonly from: 'inherit' | 'clean' | readonly string[]; readonly variables: Variables }

/** What every program needs. Those of the account are of the user that it runs as. */
const CLEAN =
  process.platform === 'win32' ? ['PATH', 'PATHEXT', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH', 'HOME', 'USER', 'LOGNAME']
/** What is said of an account: never that of another one. */
export const OF_ACCOUNT: readonly string[] = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'MAIL']

/** A rule in its parts. */
export interface EnvironmentParts {
  readonly from: 'inherit' | 'clean' | readonly string[]
  readonly variables: Variables
}

export function environmentParts(rule: EnvironmentRule): EnvironmentParts {
  if (rule === 'inherit' || rule === 'clean' || isNames(rule)) return { from: rule, variables: {} }
  return isParts(rule) ? rule : { from: 'clean', variables: rule }
}

/** Those of the inherited variables that are passed on. */
export function passedOn<Value>(
  inherited: Readonly<Record<string, Value>>,
  from: EnvironmentParts['from'],
): Readonly<Record<string, Value>> {
  if (from === 'inherit') return inherited
  const allowed = [...CLEAN, ...(from === 'clean' ? [] : from)].map(namePattern)
  return Object.fromEntries(Object.entries(inherited).filter(([name]) => allowed.some((pattern) => pattern.test(name))))
}

/** @throws TypeError that names what means nothing. */
export function checkEnvironment(rule: EnvironmentRule): void {
  if (rule === null || (typeof rule !== 'object' && rule !== 'inherit' && rule !== 'clean')) {
    throw new TypeError(
      `Cannot use ${shown(rule)} as an environment: expected 'clean', 'inherit', names to allow, or variables`,
    )
  }
  const { from, variables } = environmentParts(rule)
  const bad = isNames(from) ? from.find((name) => typeof name !== 'string' || !/^[^=\0]+$/.test(name)) : undefined
  if (bad !== undefined) throw new TypeError(`Cannot allow the variable ${shown(bad)}: not a name`)
  for (const [name, value] of Object.entries(variables)) {
    if (value !== false && typeof value !== 'string')
      throw new TypeError(`Cannot use ${shown(value)} as variable ${name}: expected text`)
  }
}

function isNames(rule: unknown): rule is readonly string[] {
  return Array.isArray(rule)
}

function isParts(rule: EnvironmentRule): rule is EnvironmentParts {
  return typeof rule === 'object' && 'from' in rule && typeof rule.variables === 'object'
}

function namePattern(name: string): RegExp {
  return new RegExp(
    `^${name
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  )
}
