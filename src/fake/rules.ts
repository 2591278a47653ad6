import type { Notes } from '../contracts/command.ts'
import { BadRuleError, StrayProcessError } from '../errors.ts'
import { type CommandView, describePattern, type Matcher, matcherFor, type Pattern } from '../matching.ts'
import { mismatchOf } from '../mismatch.ts'
import { type Answerer, answerOf, checkHandler, type Handler } from './handlers.ts'
import type { Part } from './program.ts'

/** What to rehearse: answers by pattern, one function for everything, or nothing, which lets everything succeed. */
export type Rules = Readonly<Record<string, Handler>> | readonly (readonly [Pattern, Handler])[] | Handler

interface Rule {
  readonly matcher: Matcher
  /** What to do for a command. */
  readonly answer: Answerer
  used: boolean
}

/** The rules of a rehearsal. The most specific one that matches answers; among equals the latest. */
export class RuleBook {
  readonly #rules: Rule[] = []

  /** @throws BadRuleError for a rule that means nothing. */
  constructor(rules: Rules = { '*': '' }) {
    const entries = entriesOf(rules)
    refuseTwins(entries.map(([pattern]) => pattern))
    for (const [pattern, handler] of entries) this.add(pattern, handler)
  }

  add(pattern: Pattern, handler: Handler): void {
    checkHandler(handler, pattern)
    this.#rules.unshift({
      matcher: matcherFor(pattern),
      answer: answerOf(handler, describePattern(pattern)),
      used: false,
    })
    this.#rules.sort((a, b) => b.matcher.specificity - a.matcher.specificity)
  }

  /** What a command does, or `undefined` when no rule is about it. */
  partFor(view: CommandView, call?: Notes['call']): Part | undefined {
    const rule = this.#rules.find(({ matcher }) => matcher.matches(view))
    if (!rule) return undefined
    rule.used = true
    return rule.answer(view, call)
  }

  /** The patterns that nothing has matched yet. */
  unused(): readonly Pattern[] {
    return this.#rules.filter((rule) => !rule.used).map((rule) => rule.matcher.pattern)
  }

  /** The error for a command without a rule: it names the rules that come nearest. */
  missFor(view: CommandView): StrayProcessError {
    const misses = this.#rules.map(({ matcher: { pattern } }) => ({ pattern, ...mismatchOf(pattern, view) }))
    const nearest = misses.sort((a, b) => b.fitting - a.fitting).slice(0, 3)
    const list = nearest.flatMap(({ pattern, differences }) => [
      `  ${describePattern(pattern)}`,
      ...differences.map(indented),
    ])
    const known = list.length === 0 ? 'There are no rules.' : `The nearest rules:\n${list.join('\n')}`
    return new StrayProcessError(`Cannot start "${view.text}": no rule of this rehearsal matches it. ${known}`)
  }
}

function entriesOf(rules: Rules): readonly (readonly [Pattern, Handler])[] {
  if (typeof rules !== 'object' || rules === null) return [['*', rules as Handler]]
  if (Array.isArray(rules) && rules.every((rule) => Array.isArray(rule) && rule.length === 2)) {
    return rules as readonly (readonly [Pattern, Handler])[]
  }
  return isPlain(rules) ? Object.entries(rules as Record<string, Handler>) : [['*', rules as Handler]]
}

// Only the later of two equal ones could ever answer.
function refuseTwins(patterns: readonly Pattern[]): void {
  const seen = new Map<string, Pattern>()
  for (const pattern of patterns) {
    const name = describePattern(pattern)
    const twin = seen.get(name)
    if (twin !== undefined && (typeof pattern !== 'function' || twin === pattern))
      throw new BadRuleError(`Cannot use ${name} as the pattern of two rules: one of them would never answer`)
    seen.set(name, pattern)
  }
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null
}

function indented(difference: string): string {
  return `      ${difference}`
}
