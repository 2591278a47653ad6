import type { CommandInput } from './command.ts'
import { type Duration, toMilliseconds } from './duration.ts'
import { keepFaultOf } from './feeding.ts'
import { InvokedPool } from './invoked-pool.ts'
import { type Member, MemberList } from './members.ts'
import type { PendingProcess, Worlds } from './pending-process.ts'
import type { PoolResults } from './pool-results.ts'
import { refuseOneShotInput } from './retrying.ts'
import { callbackOf, checkCallback, checkDescribed, checkSettings } from './setter-checks.ts'
import type { OutputCallback, Settings } from './settings.ts'

/** Commands by name. */
export type NamedCommands<Key extends string> = Readonly<Record<Key, CommandInput | PendingProcess>>

/** What a pool is made of: a function that describes its members, or the commands by name. */
export type PoolMembers<Key extends string> = ((pool: MemberList) => unknown) | NamedCommands<Key>

/** How a pool runs. */
export interface PoolOptions {
  /** How many members run at the same time. */
  readonly limit: number
  /** Milliseconds for all of them together. */
  readonly timeout: number | undefined
  /** Stops everything when the first member fails. */
  readonly failFast: boolean
  readonly onProgress: ((progress: PoolProgress) => void) | undefined
}

/** One member more is over. */
export interface PoolProgress {
  readonly key: string | number
  readonly successful: boolean
  readonly done: number
  readonly total: number
}

const PLAIN: PoolOptions = {
  limit: Number.POSITIVE_INFINITY,
  timeout: undefined,
  failFast: false,
  onProgress: undefined,
}

/**
 * Commands that run side by side. Immutable; nothing starts before `start` or `run`.
 *
 * @example const { api, web } = await Process.pool({ api: 'npm run api', web: 'npm run web' }).concurrency(2).run()
 */
export class Pool<Key extends string = string> {
  readonly #worlds: Worlds
  readonly #members: readonly Member[]
  readonly #options: PoolOptions

  constructor(worlds: Worlds, members: readonly Member[], options: PoolOptions = PLAIN) {
    this.#worlds = worlds
    this.#members = members
    this.#options = options
  }

  /** How many members run at the same time; all unless given. */
  concurrency(limit: number): Pool<Key> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new TypeError(`Cannot run ${limit} members at the same time: expected a whole number from 1 on`)
    }
    return this.#with({ limit })
  }

  /** Stops what still runs after this time, and starts nothing more. */
  timeout(limit: Duration): Pool<Key> {
    return this.#with({ timeout: toMilliseconds(limit) || undefined })
  }

  /** Stops everything when the first member fails; `wait` then throws that member's error. */
  failFast(): Pool<Key> {
    return this.#with({ failFast: true })
  }

  /** Hears of each member that is over. */
  onProgress(callback: (progress: PoolProgress) => void): Pool<Key> {
    checkCallback('onProgress', callback)
    return this.#with({ onProgress: callback })
  }

  /** Starts as many members as may run at the same time; the others follow as places become free. */
  async start(onOutput?: OutputCallback): Promise<InvokedPool<Key>> {
    for (const { settings } of this.#members) checkMember(settings)
    const pool = new InvokedPool<Key>(this.#worlds(), this.#members, this.#options, callbackOf(onOutput))
    await pool.begun
    return pool
  }

  /** Starts the pool and waits for all of it. */
  async run(onOutput?: OutputCallback): Promise<PoolResults<Key>> {
    return (await this.start(onOutput)).wait()
  }

  /** The same as `run`. */
  wait(onOutput?: OutputCallback): Promise<PoolResults<Key>> {
    return this.run(onOutput)
  }

  #with(change: Partial<PoolOptions>): Pool<Key> {
    return new Pool(this.#worlds, this.#members, { ...this.#options, ...change })
  }
}

function checkMember(settings: Settings): void {
  checkSettings(settings)
  keepFaultOf(settings.input)
}

/** The members that a pool is made of, from either form. */
export function poolMembers(members: PoolMembers<string>, template: PendingProcess): readonly Member[] {
  const list = new MemberList(template)
  if (typeof members === 'function') checkDescribed('a pool', members(list))
  else for (const [key, command] of Object.entries<CommandInput | PendingProcess>(members)) list.add(key, command)
  for (const { settings } of list.members) refuseOneShotInput(settings)
  return list.members
}
