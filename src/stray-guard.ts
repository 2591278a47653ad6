import type { Command } from './contracts/command.ts'
import type { Handle } from './contracts/driver.ts'
import { StrayProcessError } from './errors.ts'
import { type Matcher, matcherFor, type Pattern, viewOf } from './matching.ts'
import { shown } from './shown.ts'

/** Which real commands may run: those on a list, all, or, with `true`, none. */
export type StrayOptions = { readonly allow?: readonly Pattern[] } | boolean

/** @throws TypeError for options that say nothing of the kind. */
export function allowedBy(options: StrayOptions): readonly Pattern[] | 'all' {
  if (typeof options === 'boolean') return options ? [] : 'all'
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`Cannot prevent stray processes by ${shown(options)}: expected true, false or { allow: […] }`)
  const unknown = Object.keys(options).find((name) => name !== 'allow')
  if (unknown !== undefined)
    throw new TypeError(`Cannot prevent stray processes with the option "${unknown}": known is allow`)
  const { allow = [] } = options
  if (Array.isArray(allow)) return allow
  throw new TypeError(`Cannot allow ${shown(allow)} to run for real: expected a list of patterns`)
}

/** Says which commands may run for real: those on its list. */
export class StrayGuard {
  readonly #allowed: readonly Matcher[]
  readonly #onStray: (error: StrayProcessError) => void

  constructor(allow: readonly Pattern[], onStray: (error: StrayProcessError) => void) {
    this.#allowed = allow.map(matcherFor)
    this.#onStray = onStray
  }

  allows(command: Command, text: string): boolean {
    const view = viewOf(command, text)
    return this.#allowed.some((matcher) => matcher.matches(view))
  }

  /** @throws StrayProcessError for a command that is not on the list. */
  check(command: Command, text: string): void {
    if (this.allows(command, text)) return
    const error = new StrayProcessError(`Cannot start "${text}": stray processes are prevented`)
    this.#onStray(error)
    throw error
  }
}

/** Lets everything run for real. */
export const lettingAll: StrayGuard = new StrayGuard(['*'], () => {})

/** What a rehearsal asks about commands that it has no rule for. */
export interface Strays {
  /** Whether this one may run for real. */
  allows(command: Command, text: string): boolean
  /** Starts it for real. */
  start(command: Command): Promise<Handle>
  /** Takes note of one that was refused. */
  refused(error: StrayProcessError): void
}
