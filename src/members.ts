import { Describable } from './describable.ts'
import type { PendingProcess } from './pending-process.ts'
import type { Settings } from './settings.ts'

/** One of several processes that belong together, under its name or its place. */
export interface Member {
  readonly key: string | number
  readonly pending: PendingProcess
}

/**
 * Collects the members of a pipeline: whatever is called on it begins the next one, and what is called on that one goes
 * on describing it.
 */
export class MemberList extends Describable {
  protected readonly settings: Settings
  readonly #template: PendingProcess
  readonly #members: { key: string | number; pending: PendingProcess }[] = []

  constructor(template: PendingProcess) {
    super()
    this.#template = template
    this.settings = template.settings
  }

  /** Begins the next member, under a name of its own. */
  as(key: string): PendingProcess {
    if (this.#members.some((member) => member.key === key)) throw new TypeError(`Cannot name two members '${key}'`)
    return this.#begin(key)
  }

  /** All members, as they were described in the end. */
  get members(): readonly Member[] {
    return this.#members
  }

  protected with(change: Partial<Settings>): PendingProcess {
    return this.#begin(this.#members.length).change(change)
  }

  #begin(key: string | number): PendingProcess {
    const member = { key, pending: this.#template }
    this.#members.push(member)
    member.pending = this.#template.followedBy((latest) => {
      member.pending = latest
    })
    return member.pending
  }
}
