import { BadRuleError } from './errors.ts'
import type { CommandView } from './matching.ts'

/** What a value has to be: the same, or a text that a RegExp finds something in. */
export type Expected = string | number | RegExp

/**
 * Says more about the commands that are meant: where they run, with what, as whom.
 *
 * @example { command: 'git *', path: '/repo', env: { GIT_PAGER: false }, input: /^yes/ }
 */
export interface Conditions {
  readonly path?: Expected
  /** Variables that the command was given; `false` for one that it removes. */
  readonly env?: Readonly<Record<string, Expected | false>>
  /** What it was given to read, as text or bytes. */
  readonly input?: Expected
  readonly name?: Expected
  readonly user?: Expected
  readonly group?: Expected
}

const KNOWN = ['path', 'env', 'input', 'name', 'user', 'group']

/** @throws BadRuleError for a condition that nobody knows. */
export function checkConditions(conditions: Conditions): void {
  const unknown = Object.keys(conditions).find((name) => name !== 'command' && !KNOWN.includes(name))
  if (unknown !== undefined)
    throw new BadRuleError(`Cannot use "${unknown}" as a condition: known are command, ${KNOWN.join(', ')}`)
  if (Object.keys(conditions).length === 0) throw new BadRuleError('Cannot use {} as a pattern: it says nothing')
}

/** In what a command differs from conditions, one sentence each; nothing when it meets them all. */
export function unmet(conditions: Conditions, view: CommandView): readonly string[] {
  return conditionsOf(conditions)
    .map(([name, expected]) => differs(name, expected, actualOf(name, view)))
    .filter((difference) => difference !== undefined)
}

/** How many values conditions look at. */
export function conditionsOf(conditions: Conditions): readonly (readonly [string, Expected | false])[] {
  const { path, input, name, user, group, env = {} } = conditions
  const plain = Object.entries({ path, input, name, user, group })
  const variables = Object.entries(env).map(([variable, value]) => [`env ${variable}`, value] as const)
  return [...plain.filter((entry): entry is [string, Expected] => entry[1] !== undefined), ...variables]
}

function actualOf(name: string, view: CommandView): unknown {
  if (name.startsWith('env ')) return view.env[name.slice('env '.length)]
  const value = view[name as 'path' | 'input' | 'name' | 'user' | 'group']
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value
}

function differs(name: string, expected: Expected | false, actual: unknown): string | undefined {
  const same = expected instanceof RegExp ? found(expected, actual) : actual === expected
  return same ? undefined : `${name}: ${shown(actual)} is not ${shown(expected)}`
}

function found(pattern: RegExp, actual: unknown): boolean {
  return (typeof actual === 'string' || typeof actual === 'number') && String(actual).search(pattern) >= 0
}

function shown(value: unknown): string {
  if (value === undefined) return 'what it was not given'
  if (value === false) return 'removed'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
