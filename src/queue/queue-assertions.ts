import { plural } from '../claims.ts'
import { describePattern, matcherFor, type Pattern } from '../matching.ts'
import type { Note } from './notes.ts'

/** The claims about what was queued. Each throws an AssertionError that shows what was. */
export abstract class QueueAssertions {
  /** What was queued and released so far, in order. */
  protected abstract notes(): readonly Note[]

  /** @throws AssertionError unless a command that matches was queued. */
  assertQueued(pattern: Pattern): this {
    this.#claim(this.#queued(pattern).length > 0, `${describePattern(pattern)} to be queued`, this.assertQueued)
    return this
  }

  /** @throws AssertionError if a command that matches was queued. */
  assertNotQueued(pattern: Pattern): this {
    this.#claim(
      this.#queued(pattern).length === 0,
      `${describePattern(pattern)} not to be queued`,
      this.assertNotQueued,
    )
    return this
  }

  /** @throws AssertionError unless exactly so many commands that match were queued. */
  assertQueuedTimes(pattern: Pattern, times: number): this {
    const { length } = this.#queued(pattern)
    const claim = `${describePattern(pattern)} to be queued ${plural(times)}, but it was ${plural(length)}`
    this.#claim(length === times, claim, this.assertQueuedTimes)
    return this
  }

  /** @throws AssertionError unless a command that matches was queued on that queue. */
  assertQueuedOn(queue: string, pattern: Pattern): this {
    const holds = this.#queued(pattern).some((note) => note.queue === queue)
    this.#claim(holds, `${describePattern(pattern)} to be queued on "${queue}"`, this.assertQueuedOn)
    return this
  }

  /** @throws AssertionError unless a chain of just these commands, in this order, was queued. */
  assertChained(patterns: readonly Pattern[]): this {
    const matchers = patterns.map(matcherFor)
    const holds = this.notes().some(
      ({ chain = [] }) =>
        chain.length === matchers.length && matchers.every((matcher, index) => matcher.matches(chain[index] as never)),
    )
    this.#claim(holds, `a chain of ${patterns.map(describePattern).join(', ')}`, this.assertChained)
    return this
  }

  /** @throws AssertionError if anything was queued. */
  assertNothingQueued(): this {
    this.#claim(this.#queued('*').length === 0, 'nothing to be queued', this.assertNothingQueued)
    return this
  }

  /** @throws AssertionError unless a command that matches was given back. */
  assertReleased(pattern: Pattern): this {
    const { matches } = matcherFor(pattern)
    const holds = this.notes().some(({ kind, command }) => kind === 'released' && matches(command))
    this.#claim(holds, `${describePattern(pattern)} to be released`, this.assertReleased)
    return this
  }

  #queued(pattern: Pattern): readonly Note[] {
    const { matches } = matcherFor(pattern)
    return this.notes().filter(({ kind, command }) => kind === 'queued' && matches(command))
  }

  #claim(holds: boolean, claim: string, method: (...args: never[]) => unknown): void {
    if (holds) return
    const { AssertionError } = process.getBuiltinModule('node:assert')
    const message = `Expected ${claim}\n\n${tableOf(this.notes())}`
    throw new AssertionError({ message, stackStartFn: method as () => void })
  }
}

function tableOf(notes: readonly Note[]): string {
  if (notes.length === 0) return 'Nothing was queued.'
  const width = Math.max(...notes.map(({ queue }) => queue.length))
  const rows = notes.map(({ kind, queue, command, chain = [] }) => {
    const rest = chain.slice(1).map(({ text }) => ` → ${text}`)
    return `  ${kind.padEnd(8)}  ${queue.padEnd(width)}  ${command.text}${rest.join('')}`
  })
  return ['What was queued:', ...rows].join('\n')
}
