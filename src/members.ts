import type { CommandInput } from './command.ts'
import { commandOf, Describable } from './describable.ts'
import type { PendingProcess } from './pending-process.ts'
import { isReserved } from './pool-results.ts'
import type { Settings } from './settings.ts'

/** One of several processes that belong together, under its name or its place. */
export interface Member {
  readonly key: string | number
  readonly settings: Settings
}

/**
 * Collects the members of a pipeline: whatever is called on it begins the next one, and what is called on that one goes
 * on describing it.
 */
export class MemberList extends Describable {
  protected readonly settings: Settings
  readonly #template: PendingProcess
  readonly #keys = new Set<string>()
  #nextNumber = 0
  readonly #members: { key: string | number; pending: PendingProcess }[] = []

  constructor(template: PendingProcess) {
    super()
    this.#template = template
    this.settings = template.settings
  }

  /** Adds a member that is described already, or a plain command. */
  add(key: string | number, command: CommandInput | PendingProcess): PendingProcess {
    const settings = isPending(command) ? command.settings : { line: commandOf(command, []) }
    return this.#begin(key).change(settings)
  }

  /** Adds the next one, by its number. */
  next(command: CommandInput | PendingProcess): PendingProcess {
    return this.add(this.#nextNumber, command)
  }

  /** Begins the next member, under a name of its own. */
  as(key: string): PendingProcess {
    return this.#begin(key)
  }

  /** All members, as they were described in the end. */
  get members(): readonly Member[] {
    return this.#members.map(({ key, pending }) => ({ key, settings: pending.settings }))
  }

  protected with(change: Partial<Settings>): PendingProcess {
    return this.#begin(this.#nextNumber).change(change)
  }

  #begin(key: string | number): PendingProcess {
    if (this.#keys.has(String(key))) throw new TypeError(`Cannot name two members '${key}'`)
    if (isReserved(key)) throw new TypeError(`Cannot name a member '${key}': results have a method of that name`)
    this.#keys.add(String(key))
    // As in Laravel: a member without a name gets the number after the highest one that is a name.
    if (Number.isInteger(Number(key))) this.#nextNumber = Math.max(this.#nextNumber, Number(key) + 1)
    const member = { key, pending: this.#template }
    this.#members.push(member)
    member.pending = this.#template.followedBy((latest) => {
      member.pending = latest
    })
    return member.pending
  }
}

/** Whether something is a pending process, and not a command as text or words. */
export function isPending(value: unknown): value is PendingProcess {
  return typeof value === 'object' && value !== null && 'settings' in value
}
