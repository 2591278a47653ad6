import { commandText } from './command.ts'
import type { Command } from './contracts/command.ts'
import { BadRuleError } from './errors.ts'
import type { ProcessResult } from './process-result.ts'

/** A command as rules and assertions see it. */
export interface CommandView {
  /** As it was written: text for the shell, or a program with its arguments. */
  readonly command: string | readonly string[]
  /** As text, see `commandText`. */
  readonly text: string
  /** The name it was given, if any. */
  readonly name: string | undefined
  readonly path: string | undefined
  readonly env: Readonly<Record<string, string | false>>
  /** What it was given to read: text, bytes, a stream, or nothing. */
  readonly input: unknown
}

type ArgumentPattern = string | RegExp | ((argument: string) => boolean)

/**
 * Says which commands are meant: a glob over the command's text (`'git *'`; only `*` is special), one pattern for each
 * argument, a RegExp over the text, or a predicate.
 */
export type Pattern =
  | string
  | RegExp
  | readonly ArgumentPattern[]
  | ((command: CommandView, result?: ProcessResult) => unknown)

/** A pattern, made ready to be used often. */
export interface Matcher {
  readonly pattern: Pattern
  /** How narrow it is: the more characters it fixes, the more. */
  readonly specificity: number
  matches(command: CommandView, result?: ProcessResult): boolean
}

/** A command as rules see it. */
export function viewOf({ line, cwd, env, notes }: Command, text: string): CommandView {
  return { command: line, text, name: notes?.name, path: cwd, env, input: notes?.input }
}

const EXACT = 1_000_000

/**
 * Makes a pattern ready.
 *
 * @throws BadRuleError when it is none, or could never match.
 */
export function matcherFor(pattern: Pattern): Matcher {
  if (typeof pattern === 'string') return globMatcher(pattern)
  if (pattern instanceof RegExp) {
    return {
      pattern,
      specificity: 1,
      matches: ({ text }) => new RegExp(pattern, pattern.flags.replace(/[gy]/g, '')).test(text),
    }
  }
  if (typeof pattern === 'function') {
    return { pattern, specificity: 0.5, matches: (command, result) => Boolean(pattern(command, result)) }
  }
  if (Array.isArray(pattern)) return argumentsMatcher(pattern)
  throw new BadRuleError(
    `Cannot use ${String(pattern)} as a pattern: expected a glob, an array, a RegExp or a function`,
  )
}

/** A pattern as messages show it. */
export function describePattern(pattern: Pattern): string {
  if (typeof pattern === 'string') return `'${pattern}'`
  if (Array.isArray(pattern))
    return `[${pattern.map((part) => (typeof part === 'string' ? `'${part}'` : String(part))).join(', ')}]`
  return String(pattern)
}

function globMatcher(pattern: string): Matcher {
  if (pattern.trim() === '') throw new BadRuleError('Cannot use an empty pattern: no command is empty')
  if (!pattern.includes('*')) return { pattern, specificity: EXACT, matches: ({ text }) => text === pattern }
  const expression = globExpression(pattern)
  return { pattern, specificity: pattern.replaceAll('*', '').length, matches: ({ text }) => expression.test(text) }
}

function argumentsMatcher(pattern: readonly ArgumentPattern[]): Matcher {
  if (pattern.length === 0) throw new BadRuleError('Cannot use an empty array as a pattern: no command is empty')
  const tests = pattern.map(argumentTest)
  const fixed = pattern.filter((part) => typeof part === 'string' && !part.includes('*'))
  const specificity = fixed.length === pattern.length ? EXACT : fixed.join('').length + 1
  const matches = ({ command }: CommandView): boolean =>
    typeof command !== 'string' &&
    command.length === tests.length &&
    command.every((argument, index) => tests[index]?.(argument))
  return { pattern, specificity, matches }
}

function argumentTest(pattern: ArgumentPattern): (argument: string) => boolean {
  if (typeof pattern === 'function') return pattern
  if (pattern instanceof RegExp) return (argument) => argument.search(pattern) >= 0
  if (typeof pattern !== 'string')
    throw new BadRuleError(`Cannot use ${String(pattern)} as the pattern of an argument: expected text or a RegExp`)
  if (!pattern.includes('*')) return (argument) => argument === pattern
  const expression = globExpression(pattern)
  return (argument) => expression.test(argument)
}

function globExpression(glob: string): RegExp {
  const literal = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('[^]*')}$`, 'u')
}

/** The text that a pattern of fixed words stands for, where it is one. */
export function patternText(pattern: Pattern): string | undefined {
  if (typeof pattern === 'string') return pattern
  const words = Array.isArray(pattern) ? pattern.filter((part): part is string => typeof part === 'string') : []
  return words.length > 0 ? commandText(words) : undefined
}
