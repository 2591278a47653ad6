import { commandText } from './command.ts'
import { unmet } from './conditions.ts'
import {
  type ArgumentPattern,
  argumentMatches,
  type CommandView,
  isConditional,
  type Pattern,
  textMatches,
} from './matching.ts'

/** How far a command is from a pattern: the more of its words fit, the nearer. */
export interface Mismatch {
  readonly fitting: number
  /** What differs, one sentence each. */
  readonly differences: readonly string[]
}

/** What keeps a command from matching a pattern, argument by argument. */
export function mismatchOf(pattern: Pattern, view: CommandView): Mismatch {
  if (typeof pattern === 'function') return { fitting: 0, differences: ['its function says no'] }
  if (pattern instanceof RegExp) return { fitting: 0, differences: ['it finds nothing in the text'] }
  if (typeof pattern === 'string') return ofText(wordsOf(pattern), wordsOf(view.text))
  if (!isConditional(pattern)) return ofArguments(pattern, view)
  const { command } = pattern
  const ofCommand = command === undefined || textMatches(command, view) ? MATCHES : mismatchOf(command, view)
  return { fitting: ofCommand.fitting, differences: [...ofCommand.differences, ...unmet(pattern, view)] }
}

const MATCHES: Mismatch = { fitting: 0, differences: [] }

function ofArguments(pattern: readonly ArgumentPattern[], view: CommandView): Mismatch {
  if (typeof view.command !== 'string') return ofWords(pattern, view.command)
  return { fitting: 0, differences: ['it is text for the shell, and not an array of arguments'] }
}

// A star in a text may stand for any number of words, so nothing is said of what follows it.
function ofText(expected: readonly string[], actual: readonly string[]): Mismatch {
  const star = expected.indexOf('*')
  if (star < 0) return ofWords(expected, actual)
  const before = ofWords(expected.slice(0, star), actual.slice(0, star))
  if (before.differences.length > 0) return before
  const state = actual.length <= star ? `argument ${star}: something is missing` : 'what follows is not as it says'
  return { ...before, differences: [state] }
}

function ofWords(expected: readonly ArgumentPattern[], actual: readonly string[]): Mismatch {
  const indexes = Array.from({ length: Math.max(expected.length, actual.length) }, (_, index) => index)
  const wrong = indexes.filter((index) => !fits(expected[index], actual[index]))
  return {
    fitting: wrong[0] ?? indexes.length,
    differences: wrong.map((index) => difference(index, expected[index], actual[index])),
  }
}

function fits(expected: ArgumentPattern | undefined, actual: string | undefined): boolean {
  return expected !== undefined && actual !== undefined && argumentMatches(expected, actual)
}

function difference(index: number, expected: ArgumentPattern | undefined, actual: string | undefined): string {
  const place = index === 0 ? 'program' : `argument ${index}`
  if (expected === undefined) return `${place}: ${show(actual)} is one too many`
  if (actual === undefined) return `${place}: ${show(expected)} is missing`
  return `${place}: ${show(actual)} is not ${show(expected)}`
}

function show(word: ArgumentPattern | undefined): string {
  return typeof word === 'string' ? `'${word}'` : String(word)
}

/** The words of a text, where quotes hold some together. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? []).map((word) =>
    commandText([word]) === word ? word : unquoted(word),
  )
}

function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2')
}
