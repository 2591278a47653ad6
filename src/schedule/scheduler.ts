import { type CommandInput, commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { BadScheduleError } from '../errors.ts'
import { type Host, sharedHost } from '../host.ts'
import { Calendar } from './calendar.ts'
import { defaultStore } from './default-store.ts'
import { runMinute } from './minute-run.ts'
import { Runner } from './runner.ts'
import { checkOptions, type SchedulerOptions } from './scheduler-options.ts'
import { Session } from './session.ts'
import type { ScheduledTask } from './task.ts'
import { machineZone, Zone } from './zone.ts'

/** How far the clocks of machines that share a store may be apart before that is reported, in milliseconds. */
const SKEW = 1000

/** One who works: the loop, and what its runs share. */
interface Work {
  readonly runner: Runner
  readonly session: Session
}

/**
 * Runs commands and functions when they are due.
 *
 * @example
 * const scheduler = new ProcessScheduler({ timezone: 'Europe/Berlin' })
 * scheduler.command('backup.sh').dailyAt('02:00').withoutOverlapping()
 * await scheduler.work({ signal })
 */
export class ProcessScheduler extends Calendar implements AsyncDisposable {
  readonly #host: Host
  readonly #options: SchedulerOptions
  #store: { readonly clock: Clock; readonly store: ScheduleStore } | undefined
  #work: Work | undefined
  /** Those of `run` and `test`, which end by themselves. */
  readonly #brief = new Set<Session>()

  /** @throws BadScheduleError for options that mean nothing. */
  constructor(options: SchedulerOptions = {}, host: Host = sharedHost()) {
    checkOptions(options)
    super(host, Zone.of(options.timezone ?? machineZone()), (task) => task.catchUp(options.catchUp ?? 'none'))
    this.#host = host
    this.#options = options
  }

  /**
   * Begins tasks when they are due, until `signal` aborts or `stop` is called; resolves when all that had begun is over. It
   * moves no virtual time: in a rehearsal things happen while somebody else does, such as `fake.advance('1d')`.
   *
   * @throws BadScheduleError when it works already, or two tasks cannot be told apart.
   */
  async work({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#work) throw new BadScheduleError('Cannot begin to work: this scheduler works already')
    this.check()
    const session = this.#open()
    const work = { session, runner: new Runner(session) }
    this.#work = work
    const stop = () => void this.stop()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    await this.#takeOn(work)
    await session.over
    signal?.removeEventListener('abort', stop)
  }

  /**
   * Begins nothing more, of `work` and of `run`, and waits until all that runs is over. What still runs after `grace` is asked to stop, and in the end
   * forced to; without a grace it is waited for.
   */
  async stop({ grace }: { readonly grace?: Duration } = {}): Promise<void> {
    const work = this.#work
    const sessions = [...(work ? [work.session] : []), ...this.#brief]
    work?.runner.stop()
    const patience = grace === undefined ? undefined : toMilliseconds(grace)
    await Promise.all(sessions.map((session) => session.close(patience)))
    if (this.#work === work) this.#work = undefined
  }

  /**
   * Runs what is due in this minute, for those who are called once a minute by somebody else's cron: at once what is due by now,
   * and what is due at later seconds of it when these have come. A due time that has been run by this method is not run again, also
   * not by another scheduler that shares the store. Once all is in maintenance, it is so for the rest of the minute: what was
   * deployed meanwhile is for the next one. `stop` begins nothing more of it.
   */
  async run(): Promise<readonly TaskRun[]> {
    this.check()
    return this.#for((session) => runMinute(this.tasks, session))
  }

  /**
   * Runs a task now, whenever it is due and whatever its constraints say.
   *
   * @throws BadScheduleError when there is none of that name, or several.
   */
  async test(commandOrName: CommandInput): Promise<TaskRun> {
    const [task, ...others] = this.tasksOf(commandOrName)
    const state = task ? `there are ${others.length + 1}, give it a name` : 'there is none'
    if (!task || others.length > 0)
      throw new BadScheduleError(`Cannot run a task called "${commandText(commandOrName)}": ${state}`)
    const dueAt = this.#host.clock.now()
    return this.#for((session) => session.begin({ task, dueAt, late: false, forced: true }))
  }

  /**
   * Refuses what `work` and `run` would refuse, and begins nothing.
   *
   * @throws BadScheduleError when two tasks cannot be told apart, or one on one server has no times in common with others.
   */
  check(): void {
    const seen = new Set<string>()
    for (const { id, label, policy, timetable } of this.tasks) {
      if (policy.onOneServer !== undefined && timetable.follows === 'elapsed')
        throw new BadScheduleError(`Cannot run "${label}" on one server: ${timetable.text} is another time on each`)
      if (seen.has(id)) throw new BadScheduleError(`Cannot tell two tasks apart: ${id} is there twice, give one a name`)
      seen.add(id)
    }
  }

  /** What became of the last due times, of all tasks or of those that a name or a command means, the latest first. */
  history(commandOrName?: CommandInput, { limit = 20 }: { readonly limit?: number } = {}): Promise<readonly TaskRun[]> {
    if (commandOrName === undefined) return this.store.history({ limit })
    return this.store.history({ tasks: this.tasksOf(commandOrName).map(({ id }) => id), limit })
  }

  /** Keeps tasks from running when they are due, for everybody who shares the store, but for those `evenWhenPaused`. */
  pause(): Promise<void> {
    return this.store.pause(true)
  }

  /** Ends a pause. */
  resume(): Promise<void> {
    return this.store.pause(false)
  }

  /** Locks and history. Opened when it is first needed; in a rehearsal one that lives by its clock. */
  get store(): ScheduleStore {
    const { clock } = this.#host
    if (this.#store?.clock !== clock) {
      const { store = () => defaultStore(this.#host, this.#report) } = this.#options
      this.#store = { clock, store: typeof store === 'function' ? store(clock) : store }
    }
    return this.#store.store
  }

  /** Stops, and waits for all that runs. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  protected canMail(): boolean {
    return this.#options.mail !== undefined
  }

  protected isTakenOn(task: ScheduledTask): boolean {
    return this.#work?.runner.has(task) ?? false
  }

  protected onWithdrawn(task: ScheduledTask): void {
    this.#work?.runner.forget(task)
  }

  protected onTimetable(task: ScheduledTask): void {
    this.#work?.runner.replan(task)
  }

  async #takeOn({ runner, session }: Work): Promise<void> {
    void this.#compareClocks(session)
    // What comes due while the store thinks is not lost.
    const began = session.clock.now()
    const tasks = [...this.tasks]
    const decided = await Promise.all(tasks.map((task) => this.#lastDecided(task, session)))
    tasks.forEach((task, index) => {
      runner.add(task, task.timetable.follows === 'elapsed' ? undefined : (decided[index] ?? began))
    })
  }

  // Due times are told by the clock here: one that is off is early or late for those who share the store.
  async #compareClocks(session: Session): Promise<void> {
    const { store, clock } = session
    if (!store.now) return
    try {
      const before = clock.now()
      const theirs = await session.inTime(store.now())
      const skew = Math.round((before + clock.now()) / 2 - theirs)
      const how = skew > 0 ? 'ahead of' : 'behind'
      if (Math.abs(skew) > SKEW) session.report(new Error(`The clock is ${Math.abs(skew)} ms ${how} that of the store`))
    } catch (error) {
      session.report(error)
    }
  }

  // What was missed is that between then and now, unless the task was due at other times then.
  async #lastDecided(task: ScheduledTask, session: Session): Promise<number | undefined> {
    if (task.policy.catchUp === 'none' || task.timetable.follows === 'elapsed') return undefined
    const decided = await session.inTime(session.store.decided(task.id)).catch((error: unknown) => {
      session.report(error, task)
      return undefined
    })
    return decided?.timetable === task.timetable.text ? decided.dueAt : undefined
  }

  async #for<T>(act: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#open(latched(this.#options.maintenance ?? never))
    this.#brief.add(session)
    try {
      return await session.clock.drive(act(session), () => 'the tasks that are due')
    } finally {
      await session.close()
      this.#brief.delete(session)
    }
  }

  #open(inMaintenance = this.#options.maintenance ?? never): Session {
    const { clock, files, random } = this.#host
    const { concurrency = 32, environment = process.env.NODE_ENV ?? 'production', mail = () => {} } = this.#options
    return new Session({
      ...{ clock, files, random, environment, store: this.store, concurrency },
      events: this.#host.events,
      mailer: mail,
      inMaintenance,
      report: this.#report,
    })
  }

  readonly #report = (error: unknown, task?: ScheduledTask): void => (this.#options.onError ?? warn)(error, task)
}

const never = () => false

// Once it holds, it holds.
function latched(ask: () => boolean | Promise<boolean>): () => Promise<boolean> {
  let held = false
  return async () => {
    held = held || (await ask())
    return held
  }
}

function warn(error: unknown, task?: ScheduledTask): void {
  const about = task ? `Scheduled task "${task.label}"` : 'Scheduler'
  process.emitWarning(`${about}: ${error instanceof Error ? error.message : String(error)}`, 'SchedulerWarning')
}
