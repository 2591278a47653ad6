import { SequenceExhaustedError } from '../errors.ts'
import type { Handler } from './handlers.ts'

/** Answers for one rule, one after the other. */
export class Sequence {
  readonly #answers: Handler[]
  #whenEmpty: Handler | undefined

  constructor(answers: readonly Handler[] = []) {
    this.#answers = [...answers]
  }

  /** Adds an answer at the end. */
  push(answer: Handler): this {
    this.#answers.push(answer)
    return this
  }

  /** What to answer for ever when all else has been. */
  whenEmpty(answer: Handler): this {
    this.#whenEmpty = answer
    return this
  }

  /** Succeeds without output when all else has been answered. */
  dontFailWhenEmpty(): this {
    return this.whenEmpty('')
  }

  isEmpty(): boolean {
    return this.#answers.length === 0
  }

  /** @throws SequenceExhaustedError when there is no answer left. */
  next(command: string): Handler {
    const answer = this.#answers.shift() ?? this.#whenEmpty
    if (answer === undefined)
      throw new SequenceExhaustedError(`Cannot answer "${command}": its sequence has no answer left`)
    return answer
  }
}
