import { BadRuleError, SequenceExhaustedError } from '../errors.ts'
import { shown } from '../shown.ts'
import { checkAnswer } from './check-answer.ts'
import type { Handler } from './handlers.ts'

/** Who asks for an answer. */
export interface Question {
  /** The rule that is to answer, as messages name it. */
  readonly rule: string
  /** The call that waits for the command's end, if one does. */
  readonly call: { readonly over: boolean } | undefined
}

/** Answers for one rule, one after the other. */
export class Sequence {
  readonly #answers: Handler[]
  #whenEmpty: Handler | undefined
  #call: Question['call']

  /** @throws BadRuleError for what is no list, or has something in it that is no answer. */
  constructor(answers: readonly Handler[] = []) {
    if (!Array.isArray(answers))
      throw new BadRuleError(`Cannot make a sequence of ${shown(answers)}: expected a list of answers`)
    this.#answers = Array.from(answers as readonly Handler[], checked)
  }

  /**
   * Adds an answer at the end.
   *
   * @throws BadRuleError for what is no answer.
   */
  push(answer: Handler): this {
    this.#answers.push(checked(answer))
    return this
  }

  /**
   * What to answer for ever when all else has been.
   *
   * @throws BadRuleError for what is no answer.
   */
  whenEmpty(answer: Handler): this {
    this.#whenEmpty = checked(answer)
    return this
  }

  /** Succeeds without output when all else has been answered. */
  dontFailWhenEmpty(): this {
    return this.whenEmpty('')
  }

  /** Whether no answer is left of those that were given. */
  isEmpty(): boolean {
    return this.#answers.length === 0
  }

  /**
   * The next answer.
   *
   * @throws SequenceExhaustedError when there is no answer left.
   * @throws BadRuleError when another `run` still waits for its own answer, so that chance would say who gets which.
   */
  next(text: string, { rule, call }: Question): Handler {
    if (this.#call && !this.#call.over && this.#call !== call) throw concurrent(text, rule)
    this.#call = call
    const answer = this.#answers.shift() ?? this.#whenEmpty
    if (answer !== undefined) return answer
    throw new SequenceExhaustedError(`Cannot answer "${text}" by the rule ${rule}: its sequence has no answer left`)
  }
}

function checked(answer: Handler): Handler {
  if (!(answer instanceof Sequence)) checkAnswer(answer, 'in a sequence')
  return answer
}

function concurrent(text: string, rule: string): BadRuleError {
  return new BadRuleError(
    `Cannot answer "${text}" by the rule ${rule}: its sequence is answering another run, and chance would say which of them ` +
      'comes first. Give each command a rule of its own, or run them in a pool',
  )
}
