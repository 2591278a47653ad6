import { commandText } from '../command.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { BadScheduleError } from '../errors.ts'
import type { PendingProcess } from '../pending-process.ts'
import type { JobOptions } from '../queue/job-options.ts'
import { shown } from '../shown.ts'
import { type Action, CommandAction } from './action.ts'
import type { Surroundings } from './constraints.ts'
import { type CatchUp, checkCatchUp, everyday, leaseOf, type Policy } from './policy.ts'
import { checkQueueing, QueuedAction, type QueuePlace } from './queued-action.ts'
import { type Around, Reactions } from './reactions.ts'
import { hearRefusals } from './refusals.ts'
import type { Zone } from './zone.ts'

/** Who looks after a task. */
export interface Keeper {
  /** Hears that a task is due at other times. */
  readonly onTimetable: (task: ScheduledTask) => void
  /** Whether somebody sends its mails. */
  readonly canMail: () => boolean
  /** @throws BadScheduleError when another task has the name. */
  readonly checkName: (name: string, task: ScheduledTask) => void
  /** Hears that a word about it was refused. */
  readonly onRefused: (task: ScheduledTask) => void
}

/**
 * Something to do, and when: made by a scheduler and then said more about. Every minute, unless something else is said.
 *
 * @example scheduler.command('backup.sh').dailyAt('02:00').timezone('Europe/Berlin').withoutOverlapping()
 */
export class ScheduledTask extends Reactions {
  #action: Action
  #policy: Policy = everyday
  #name: string | undefined
  #description: string | undefined
  readonly #keeper: Keeper

  static {
    hearRefusals(ScheduledTask, (task) => task.#keeper.onRefused(task))
  }

  constructor(action: Action, zone: Zone, keeper: Keeper) {
    super(zone)
    this.#action = action
    this.#keeper = keeper
    const own = action instanceof CommandAction ? action.pending.settings.retry : undefined
    if (own) this.#change({ retry: own })
  }

  /** What it does. */
  get action(): Action {
    return this.#action
  }

  /** How it runs. */
  get policy(): Policy {
    return this.#policy
  }

  /** Its name, or its command. */
  get label(): string {
    return this.#name ?? this.#action.text
  }

  /** What it is known by in stores: its name, or its command with what says when it is due. */
  get id(): string {
    return this.#name ?? `${this.#action.text} (${this.timetable.text} ${this.zone.name})`
  }

  /** Whether it was given a name. */
  get named(): boolean {
    return this.#name !== undefined
  }

  /** What was said about it for people. */
  get about(): string | undefined {
    return this.#description
  }

  /**
   * A name of its own, for lists, locks and history.
   *
   * @throws BadScheduleError when another task has it.
   */
  name(name: string): this {
    if (typeof name !== 'string' || name.trim() === '')
      throw new BadScheduleError(`Cannot name a task ${shown(name)}: expected a text`)
    this.#keeper.checkName(name, this)
    this.#name = name
    return this
  }

  /** A sentence for people. */
  description(text: string): this {
    this.#description = text
    return this
  }

  /** How long a run may take. No limit unless given; what was scheduled as a `PendingProcess` keeps its own. */
  timeout(limit: Duration): this {
    const timeLimit = toMilliseconds(limit) || undefined
    if (this.#action instanceof CommandAction) return this.#command((pending) => pending.timeout(limit))
    return this.#change({ timeLimit })
  }

  /**
   * How long the command may write nothing.
   *
   * @throws BadScheduleError for a closure, which writes nothing.
   */
  idleTimeout(limit: Duration): this {
    return this.#command((pending) => pending.idleTimeout(limit), 'limit the silence of')
  }

  /**
   * Runs as another user, through `sudo`, which must not ask for a password.
   *
   * @throws BadScheduleError for a closure, and for what is no name.
   */
  user(user: string): this {
    if (!/^[^-\s]\S*$/.test(user))
      throw new BadScheduleError(`Cannot run as ${shown(user)}: expected the name of a user`)
    const as = (pending: PendingProcess) => {
      const line = pending.settings.line ?? []
      const words = typeof line === 'string' ? ['sh', '-c', line] : line
      return pending.command(['sudo', '-n', '-u', user, '--', ...words])
    }
    return this.#command(as, 'change the user of')
  }

  /** Tries so many times in all until it succeeds. `delay` may depend on the attempt, counted from 1. */
  retry(times: number, { delay = 0 }: { readonly delay?: Duration | ((attempt: number) => Duration) } = {}): this {
    if (!Number.isInteger(times) || times < 1)
      throw new BadScheduleError(`Cannot retry ${times} times: expected a whole number from 1 on`)
    const fixed = typeof delay === 'function' ? 0 : toMilliseconds(delay)
    const pause = typeof delay === 'function' ? (attempt: number) => toMilliseconds(delay(attempt)) : () => fixed
    return this.#change({ retry: { times, delay: pause, when: () => true } })
  }

  /** Waits a random part of this before each run, so that not everything happens at the full hour. */
  jitter(most: Duration): this {
    return this.#change({ jitter: toMilliseconds(most) })
  }

  /**
   * What is done about due times that were missed: while the machine slept or was busy, and, with a store that outlives the
   * process, while nobody worked. Unless said, they are only noted in the history.
   */
  catchUp(mode: CatchUp, { most = 100 }: { readonly most?: number } = {}): this {
    checkCatchUp(mode)
    if (!Number.isInteger(most) || most < 1)
      throw new BadScheduleError(`Cannot catch up ${most} at most: expected a whole number from 1 on`)
    return this.#change({ catchUp: mode, catchUpLimit: most })
  }

  /**
   * Skips a run while the one before is still going on, in this process or in another one that shares the store. The lock has
   * a sign of life: where its owner crashes it is free again after the lease.
   *
   * @throws BadScheduleError for a closure without a name, which nobody else could know it by.
   */
  withoutOverlapping(options: { readonly lease?: Duration } = {}): this {
    this.#needsName('keep from overlapping')
    return this.#change({ lease: leaseOf(options) })
  }

  /**
   * Runs each due time on one only of those who share the store: on another one, after the lease, when the one that was about
   * to begin it dies before that. What has begun is begun nowhere else, whatever becomes of it.
   *
   * @throws BadScheduleError for a closure without a name.
   */
  onOneServer(options: { readonly lease?: Duration } = {}): this {
    this.#needsName('run on one server')
    return this.#change({ onOneServer: leaseOf(options) })
  }

  /**
   * Queues the command when it is due, instead of running it, as a job that is named after the task and the due time: of all
   * schedulers that do the same on one queue, each due time is queued once, for as long as the job is known. Workers run it. Not
   * with `every`, which is another time on each.
   *
   * @throws BadScheduleError for a closure.
   * @example scheduler.command('report.sh').hourly().onQueue(Process.queued(), { queue: 'reports', tries: 3 })
   */
  onQueue(place: QueuePlace, options: Omit<JobOptions, 'id'> = {}): this {
    if (!(this.#action instanceof CommandAction)) throw new BadScheduleError('Cannot queue a closure: it is no process')
    checkQueueing(place, options)
    this.#action = new QueuedAction(this.#action.pending, this.#action.text, place, options)
    return this
  }

  /** Takes none of the scheduler's slots: it neither waits for the others nor holds them up. */
  runInBackground(): this {
    return this.#change({ background: true })
  }

  /**
   * What is done when the store cannot say whether it may run. Unless said, a task that needs a lock or a turn of it is skipped,
   * and any other runs.
   */
  ifStoreFails(policy: 'run' | 'skip'): this {
    if (policy !== 'run' && policy !== 'skip')
      throw new BadScheduleError(`Cannot use ${shown(policy)} when the store fails: expected run or skip`)
    return this.#change({ ifStoreFails: policy })
  }

  /** Why it may not run now, see `Constraints`. */
  override whyNot(surroundings: Surroundings): Promise<string | undefined> {
    return super.whyNot(surroundings)
  }

  override around(): Around {
    return super.around()
  }

  /** Whether it is meant by a name or a command. */
  isMeantBy(commandOrName: string | readonly string[]): boolean {
    const text = commandText(commandOrName)
    return text === this.#name || text === this.#action.text
  }

  protected canMail(): boolean {
    return this.#keeper.canMail()
  }

  protected onTimetable(): void {
    this.#keeper.onTimetable(this)
  }

  #change(change: Partial<Policy>): this {
    this.#policy = Object.freeze({ ...this.#policy, ...change })
    return this
  }

  #command(change: (pending: PendingProcess) => PendingProcess, what = 'limit'): this {
    if (!(this.#action instanceof CommandAction))
      throw new BadScheduleError(`Cannot ${what} a closure: it is no process`)
    this.#action = this.#action.with(change(this.#action.pending))
    return this
  }

  #needsName(what: string): void {
    if (this.named || this.#action instanceof CommandAction) return
    throw new BadScheduleError(`Cannot ${what}: a closure needs a name for that, call name() first`)
  }
}
