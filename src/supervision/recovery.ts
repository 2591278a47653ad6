import type { Duration, Size } from '../duration.ts'
import { type Host, sharedHost } from '../host.ts'
import { InvokedProcess } from '../invoked-process.ts'
import { refuseUnknown } from '../known-options.ts'
import type { CpuLimit } from '../monitoring/limits.ts'
import { DEFAULT_LIMITS } from '../monitoring/limits.ts'
import { currentEpisode, type Episode, safely } from './callbacks.ts'
import type { ProcessGroup } from './group.ts'
import { insideOf } from './group-members.ts'
import { cpuSpec, type HangOptions, hangSpec, type LimitOptions, memorySpec } from './health-options.ts'
import { type PolicyOptions, policyOptions, policyWith, positive } from './policy-options.ts'
import type { SlotSpec } from './slot-options.ts'
import type { SlotStatus } from './status.ts'
import type { Strategy } from './strategy.ts'
import type { Crash, Hang, HighCpu, HighMemory, SupervisionEvent, Trouble } from './supervision-events.ts'
import type { StopReport } from './supervisor.ts'
import { takeOver } from './taking-over.ts'
import { TroubleReport } from './trouble-report.ts'

/** How a recovery is set up. */
export interface RecoveryOptions {
  /** How long a callback may take before that is reported; `30s` unless given. It goes on all the same. */
  readonly callbackTimeout?: Duration
}

/** What is called back, with what went wrong. */
export type TroubleCallback<T extends Trouble> = (report: TroubleReport<T>) => unknown

/** What counts as hung where nobody says: a minute without output. */
const DEFAULT_HANG: HangOptions = { silence: 60_000 }

/**
 * Looks after a process that runs, or after the processes of a group: calls back when one of them crashes, hangs or uses too
 * much, and starts it again, by itself where it has a policy, and else when it is told to.
 *
 * @example
 * const recovery = new ProcessRecovery(process)
 * recovery.onCrash(async () => {
 *   await notifyAdmin('Process crashed')
 *   await process.restart()
 * })
 */
export class ProcessRecovery implements AsyncDisposable {
  readonly #group: ProcessGroup
  readonly #process: InvokedProcess | undefined
  readonly #patience: number

  /** @throws SlotRefusedError for a process that somebody else looks after. */
  constructor(subject: InvokedProcess | ProcessGroup, options: RecoveryOptions = {}, host: Host = sharedHost()) {
    refuseUnknown(options, { callbackTimeout: true }, 'make a recovery')
    this.#patience = positive(options.callbackTimeout ?? 30_000, 'callbackTimeout')
    this.#process = subject instanceof InvokedProcess ? subject : undefined
    this.#group = subject instanceof InvokedProcess ? takeOver(subject, host) : subject
  }

  /**
   * Starts what ends or is not well again by itself, when and as often as this says. What is left out is as it is for
   * groups, or as the members of the group say.
   *
   * @throws TypeError that names a value which means nothing, or an option that nobody knows.
   */
  policy(options: PolicyOptions & { readonly strategy?: Strategy }): this {
    refuseUnknown(options, { ...policyOptions, strategy: true }, 'set a policy')
    const { strategy, ...rest } = options
    const given: PolicyOptions = this.#process ? { restart: 'on-failure', ...rest } : rest
    const inside = insideOf(this.#group)
    if (strategy !== undefined) inside.setStrategy(strategy)
    inside.respecify(({ policy }) => ({ policy: policyWith(given, policy) }))
    return this
  }

  /** Calls back each time that a process ends, and neither with success nor because it was told to. */
  onCrash(callback: TroubleCallback<Crash>): this {
    return this.#on('crash', callback)
  }

  /**
   * Calls back each time that a process hangs: when it has written nothing for a minute, unless told otherwise here or by
   * the member of the group.
   *
   * @throws TypeError that names a value which means nothing.
   */
  onHang(callback: TroubleCallback<Hang>, how?: HangOptions): this {
    const given = how && hangSpec(how)
    this.#respecify(({ hang }) => ({ hang: given ? { ...hang, ...given } : (hang ?? hangSpec(DEFAULT_HANG)) }))
    return this.#on('hang', callback)
  }

  /**
   * Calls back each time that a process holds more memory than the limit for good: 512 MB unless told otherwise here or by
   * the member of the group.
   *
   * @throws TypeError, BadThresholdError for a limit that means nothing.
   */
  onHighMemory(callback: TroubleCallback<HighMemory>, limit?: Size | LimitOptions<Size>): this {
    const given = limit === undefined ? undefined : memorySpec(limit)
    this.#respecify(({ maxMemory }) => ({ maxMemory: given ?? maxMemory ?? memorySpec(DEFAULT_LIMITS.memory) }))
    return this.#on('highMemory', callback)
  }

  /** The same for the share of a core that it uses: 0.9 unless told otherwise. */
  onHighCpu(callback: TroubleCallback<HighCpu>, limit?: CpuLimit | LimitOptions<CpuLimit>): this {
    const given = limit === undefined ? undefined : cpuSpec(limit)
    this.#respecify(({ maxCpu }) => ({ maxCpu: given ?? maxCpu ?? cpuSpec(DEFAULT_LIMITS.cpu) }))
    return this.#on('highCpu', callback)
  }

  /**
   * Ends it and starts it again. From within a callback it is the process that the callback is about, within the limits of
   * its policy, and only if that has not been done since. Resolves when it is up.
   *
   * @throws NotRestartedError when it does not come up: it was given up, or stopped.
   * @throws SlotRefusedError when it is being stopped.
   */
  async restart(): Promise<void> {
    const episode = currentEpisode()
    if (episode && this.#owns(episode)) await episode.slot.restart()
    else if (this.#process) await this.#process.restart()
    else await this.#group.restart()
  }

  /** Stops it for good, whatever had been asked for before. */
  stop(): Promise<StopReport> {
    return this.#group.stop()
  }

  /** How it is with each process. */
  status(): readonly SlotStatus[] {
    return this.#group.status()
  }

  /** Hears of all that happens. Gives back what ends that. */
  onEvent(listener: (event: SupervisionEvent) => unknown): () => void {
    return this.#group.onEvent(listener)
  }

  /** Stops it: `await using` leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #on<T extends Trouble>(type: T['type'], callback: TroubleCallback<T>): this {
    const safe = safely(callback, this.#patience)
    const hook = `on${type.charAt(0).toUpperCase()}${type.slice(1)}`
    insideOf(this.#group).announcer.onTrouble((slot, trouble) => {
      if (trouble.type !== type) return
      const episode = { slot, number: slot.tenancy.number, trouble }
      safe(episode, new TroubleReport(episode, trouble as T), (error) =>
        slot.say({ type: 'callbackFailed', hook, error }),
      )
    })
    return this
  }

  #respecify(change: (spec: SlotSpec) => Partial<SlotSpec>): void {
    insideOf(this.#group).respecify(change)
  }

  #owns({ slot }: Episode): boolean {
    return insideOf(this.#group).has(slot)
  }
}
