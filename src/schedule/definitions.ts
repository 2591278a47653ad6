import type { CommandInput } from '../command.ts'
import type { Duration } from '../duration.ts'
import { BadScheduleError } from '../errors.ts'
import type { Host } from '../host.ts'
import { PendingProcess } from '../pending-process.ts'
import { type Action, type Closure, ClosureAction, CommandAction } from './action.ts'
import { Day } from './day.ts'
import { ScheduledTask } from './task.ts'
import type { Zone } from './zone.ts'

/** The words of when that take nothing more. */
const WORDS = [
  'everySecond',
  'everyTwoSeconds',
  'everyFiveSeconds',
  'everyTenSeconds',
  'everyFifteenSeconds',
  'everyTwentySeconds',
  'everyThirtySeconds',
  'everyMinute',
  'everyTwoMinutes',
  'everyThreeMinutes',
  'everyFourMinutes',
  'everyFiveMinutes',
  'everyTenMinutes',
  'everyFifteenMinutes',
  'everyThirtyMinutes',
  'hourly',
  'everyOddHour',
  'everyEvenHour',
  'everyTwoHours',
  'everyThreeHours',
  'everyFourHours',
  'everySixHours',
  'daily',
  'twiceDaily',
  'weekly',
  'weekdays',
  'weekends',
  'mondays',
  'tuesdays',
  'wednesdays',
  'thursdays',
  'fridays',
  'saturdays',
  'sundays',
  'monthly',
  'twiceMonthly',
  'lastDayOfMonth',
  'quarterly',
  'yearly',
] as const

/** How often, in a word. */
export type FrequencyWord = (typeof WORDS)[number]

/** How often: a word such as `'daily'`, a cron expression, a stretch of time such as `'90s'`, or a function that says it. */
export type Frequency = FrequencyWord | (string & {}) | Duration | ((task: ScheduledTask) => unknown)

/** How tasks are defined. Each method that defines one gives it back, to say more about it. */
export abstract class Definitions {
  readonly #tasks: ScheduledTask[] = []
  readonly #names = new Map<string, ScheduledTask>()
  readonly #host: Host
  readonly #zone: Zone
  #groups: readonly ((task: ScheduledTask) => unknown)[]

  /** `attributes` says what holds for all tasks, before anything else is said of them. */
  constructor(host: Host, zone: Zone, attributes: (task: ScheduledTask) => unknown) {
    this.#host = host
    this.#zone = zone
    this.#groups = [attributes]
  }

  /** Hears of a task that is due at other times than before. */
  protected abstract onTimetable(task: ScheduledTask): void

  /** Whether somebody works with a task already: it stays as it was when a word about it is refused then. */
  protected abstract isTakenOn(task: ScheduledTask): boolean

  /** Hears of a task that is not scheduled after all. */
  protected abstract onWithdrawn(task: ScheduledTask): void

  /** Whether somebody sends the mails of tasks. */
  protected abstract canMail(): boolean

  /** All tasks, in the order in which they were defined. */
  get tasks(): readonly ScheduledTask[] {
    return this.#tasks
  }

  /**
   * A command, with no time limit unless one is given and the last megabyte of its output kept; or a pending process as it is.
   *
   * @example scheduler.command(['backup', '--full']).dailyAt('02:00')
   */
  command(command: CommandInput | PendingProcess): ScheduledTask {
    if (command instanceof PendingProcess) return this.#define(new CommandAction(command))
    const pending = this.#host.command(command).forever().maxOutput('1MB', { onOverflow: 'truncate', keep: 'tail' })
    return this.#define(new CommandAction(pending))
  }

  /** A function. It fails when it throws or gives `false`. */
  call(closure: Closure): ScheduledTask {
    if (typeof closure !== 'function') throw new BadScheduleError(`Cannot schedule ${String(closure)}: not a function`)
    return this.#define(new ClosureAction(closure))
  }

  /**
   * A command, so often.
   *
   * @throws BadScheduleError for a frequency that means nothing.
   * @example scheduler.schedule('sync.sh', 'hourly')
   */
  schedule(command: CommandInput | PendingProcess, frequency: Frequency): ScheduledTask {
    return this.#withdrawing(this.command(command), (task) => say(task, frequency))
  }

  /** A command, each day at a time such as `'02:00'`. */
  daily(command: CommandInput | PendingProcess, time = '00:00'): ScheduledTask {
    return this.#withdrawing(this.command(command), (task) => task.dailyAt(time))
  }

  /** A command, each week on a day. */
  weekly(command: CommandInput | PendingProcess, day: Day = Day.Sunday, time = '00:00'): ScheduledTask {
    return this.#withdrawing(this.command(command), (task) => task.weeklyOn(day, time))
  }

  /** A command, each month on a day of it. Months that do not have that day are left out. */
  monthly(command: CommandInput | PendingProcess, day = 1, time = '00:00'): ScheduledTask {
    return this.#withdrawing(this.command(command), (task) => task.monthlyOn(day, time))
  }

  /** A command, whenever a cron expression says so. */
  cron(expression: string, command: CommandInput | PendingProcess): ScheduledTask {
    return this.#withdrawing(this.command(command), (task) => task.cron(expression))
  }

  /**
   * Says the same of all tasks that are defined in `define`, before what is said of each. Groups may be nested.
   *
   * @example scheduler.group((task) => task.daily().onOneServer(), () => scheduler.command('backup.sh'))
   */
  group(attributes: (task: ScheduledTask) => unknown, define: (scheduler: this) => void): this {
    if (typeof attributes !== 'function' || typeof define !== 'function')
      throw new BadScheduleError(
        'Cannot define a group: expected a function that says what holds for it, and one that defines it',
      )
    const outer = this.#groups
    this.#groups = [...outer, attributes]
    try {
      define(this)
    } finally {
      this.#groups = outer
    }
    return this
  }

  #define(action: Action): ScheduledTask {
    const task = new ScheduledTask(action, this.#zone, {
      onTimetable: (changed) => this.onTimetable(changed),
      canMail: () => this.canMail(),
      checkName: (name, own) => this.#checkName(name, own),
      onRefused: (refused) => this.isTakenOn(refused) || this.#withdraw(refused),
    })
    this.#tasks.push(task)
    return this.#withdrawing(task, () => {
      for (const attributes of this.#groups) attributes(task)
      this.onTimetable(task)
    })
  }

  // What was refused is not scheduled.
  #withdrawing(task: ScheduledTask, define: (task: ScheduledTask) => unknown): ScheduledTask {
    try {
      define(task)
      return task
    } catch (error) {
      this.#withdraw(task)
      throw error
    }
  }

  #withdraw(task: ScheduledTask): void {
    const index = this.#tasks.indexOf(task)
    if (index < 0) return
    this.#tasks.splice(index, 1)
    if (this.#names.get(task.label) === task) this.#names.delete(task.label)
    this.onWithdrawn(task)
  }

  #checkName(name: string, own: ScheduledTask): void {
    const other = this.#names.get(name)
    if (other && other !== own && other.label === name)
      throw new BadScheduleError(`Cannot name a task "${name}": another one has that name`)
    this.#names.set(name, own)
  }
}

function say(task: ScheduledTask, frequency: Frequency): unknown {
  if (typeof frequency === 'function') return frequency(task)
  if (typeof frequency !== 'string') return task.every(frequency)
  if ((WORDS as readonly string[]).includes(frequency)) return task[frequency as FrequencyWord]()
  return /^\s*\d+(\.\d+)?\s*[a-z]+\s*$/i.test(frequency) ? task.every(frequency) : task.cron(frequency)
}
