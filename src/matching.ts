import { type Conditions, checkConditions, conditionsOf, unmet } from './conditions.ts'
import type { Command } from './contracts/command.ts'
import { BadRuleError } from './errors.ts'
import type { ProcessResult } from './process-result.ts'
import { shown } from './shown.ts'
import { yesOrNo } from './yes-or-no.ts'

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
  readonly user?: string | number | undefined
  readonly group?: string | number | undefined
}

/** What one argument has to be: text with `*` for anything, what a RegExp finds something in, what a function says. */
export type ArgumentPattern = string | RegExp | ((argument: string) => boolean)

/** Says what a command is: a glob over its text (`'git *'`; only `*` is special), a RegExp over it, its arguments. */
export type CommandPattern = string | RegExp | readonly ArgumentPattern[]

/** A command, and more about it than its text. */
export interface ConditionalPattern extends Conditions {
  readonly command?: CommandPattern
}

/** Says which commands are meant: by what they are, by more than that, or by a predicate. */
export type Pattern = CommandPattern | ConditionalPattern | ((command: CommandView, result?: ProcessResult) => unknown)

/** A pattern, made ready to be used often. */
export interface Matcher {
  readonly pattern: Pattern
  /** How narrow it is: the more characters it fixes, the more. */
  readonly specificity: number
  matches(command: CommandView, result?: ProcessResult): boolean
}

/** A command as rules see it. */
export function viewOf({ line, cwd, env, user, group, notes }: Command, text: string): CommandView {
  const view = { command: line, text, name: notes?.name, path: cwd, env, input: notes?.input }
  // Views of all that ran are kept, and few run as somebody else.
  return user === undefined && group === undefined ? view : { ...view, user, group }
}

const EXACT = 1_000_000
/** A rule with a condition is narrower than one of the same text without. */
const CONDITION = 1000

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
  if (typeof pattern === 'function') return functionMatcher(pattern)
  if (Array.isArray(pattern)) return argumentsMatcher(pattern)
  if (isConditional(pattern)) return conditionalMatcher(pattern)
  throw new BadRuleError(
    `Cannot use ${shown(pattern)} as a pattern: expected a glob, an array, a RegExp, conditions or a function`,
  )
}

/** A pattern as messages show it. */
export function describePattern(pattern: Pattern): string {
  if (typeof pattern === 'string') return `'${pattern}'`
  if (Array.isArray(pattern))
    return `[${pattern.map((part) => (typeof part === 'string' ? `'${part}'` : String(part))).join(', ')}]`
  return isConditional(pattern) ? describeConditional(pattern) : String(pattern)
}

function describeConditional({ command = '*', ...conditions }: ConditionalPattern): string {
  const told = conditionsOf(conditions).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? `'${value}'` : value}`,
  )
  return `${describePattern(command)} with ${told.join(', ')}`
}

/** Whether a pattern says more than what the command is. */
export function isConditional(pattern: unknown): pattern is ConditionalPattern {
  return typeof pattern === 'object' && pattern !== null && !Array.isArray(pattern) && !(pattern instanceof RegExp)
}

/** Whether a command is what a pattern says, looked at once. */
export function textMatches(pattern: CommandPattern, view: CommandView): boolean {
  return matcherFor(pattern).matches(view)
}

/** Whether an argument is what its pattern says. */
export function argumentMatches(pattern: ArgumentPattern, argument: string): boolean {
  return argumentTest(pattern)(argument)
}

function functionMatcher(pattern: (command: CommandView, result?: ProcessResult) => unknown): Matcher {
  const matches = (view: CommandView, result?: ProcessResult): boolean =>
    yesOrNo(pattern(view, result), () => `match ${shown(view.text)}`)
  return { pattern, specificity: 0.5, matches }
}

function conditionalMatcher(pattern: ConditionalPattern): Matcher {
  checkConditions(pattern)
  const ofCommand = matcherFor(pattern.command ?? '*')
  const matches = (view: CommandView): boolean => ofCommand.matches(view) && unmet(pattern, view).length === 0
  return { pattern, specificity: ofCommand.specificity + CONDITION * conditionsOf(pattern).length, matches }
}

function globMatcher(pattern: string): Matcher {
  if (pattern.trim() === '') throw new BadRuleError('Cannot use an empty pattern: no command is empty')
  if (!pattern.includes('*')) return { pattern, specificity: EXACT, matches: ({ text }) => text === pattern }
  const test = globTest(pattern)
  return { pattern, specificity: pattern.replaceAll('*', '').length, matches: ({ text }) => test(text) }
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
  if (typeof pattern === 'function')
    return (argument) => yesOrNo(pattern(argument), () => `match the argument ${shown(argument)}`)
  if (pattern instanceof RegExp) return (argument) => argument.search(pattern) >= 0
  if (typeof pattern !== 'string')
    throw new BadRuleError(`Cannot use ${shown(pattern)} as the pattern of an argument: expected text or a RegExp`)
  return pattern.includes('*') ? globTest(pattern) : (argument) => argument === pattern
}

// Each piece is taken where it comes first: what is right of it has the most room then, so nothing is ever tried twice.
function globTest(glob: string): (text: string) => boolean {
  const [begin = '', ...pieces] = glob.split('*')
  const end = pieces.pop() ?? ''
  return (text) => {
    let at = begin.length
    if (!text.startsWith(begin) || !text.endsWith(end)) return false
    for (const piece of pieces) {
      const found = text.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return at + end.length <= text.length
  }
}
