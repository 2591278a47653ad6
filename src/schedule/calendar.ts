import type { CommandInput } from '../command.ts'
import { BadScheduleError } from '../errors.ts'
import { Heap } from '../heap.ts'
import type { Host } from '../host.ts'
import type { DstRule } from './cron-timetable.ts'
import { toDate } from './dates.ts'
import { Definitions } from './definitions.ts'
import { isDueBefore } from './due-order.ts'
import { assertNextRun, assertRanAt, assertScheduled } from './schedule-assertions.ts'
import type { ScheduledTask } from './task.ts'
import type { Zone } from './zone.ts'

/** A task as lists show it. */
export interface ListedTask {
  /** Its name, or its command. */
  readonly name: string
  readonly command: string
  readonly description: string | undefined
  /** What says when it is due: a cron expression, or `every 5000 ms`. */
  readonly expression: string
  readonly timezone: string
  /** What becomes of times that clocks skip or show twice; of what follows no clock, `undefined`. */
  readonly dst: DstRule | undefined
  readonly nextRun: Date | null
}

/** A moment at which a task is due. */
export interface Upcoming {
  readonly at: Date
  readonly task: ScheduledTask
}

const MINUTE = 60_000

/** When tasks are due, asked without running anything, and claims about it. */
export abstract class Calendar extends Definitions {
  readonly #host: Host

  constructor(host: Host, zone: Zone, attributes: (task: ScheduledTask) => unknown) {
    super(host, zone, attributes)
    this.#host = host
  }

  /** The tasks that a name or a command means. */
  tasksOf(commandOrName: CommandInput): readonly ScheduledTask[] {
    if (typeof commandOrName !== 'string' && !Array.isArray(commandOrName))
      throw new TypeError(`Cannot look for the task ${String(commandOrName)}: expected its name or its command`)
    return this.tasks.filter((task) => task.isMeantBy(commandOrName))
  }

  /** When a task is due next after `from`, now unless given; `null` when there is none of that name, or it is never due. */
  getNextRun(commandOrName: CommandInput, from?: Date | string): Date | null {
    const after = this.#moment(from)
    const due = this.tasksOf(commandOrName).map((task) => task.timetable.next(after) ?? Number.POSITIVE_INFINITY)
    return due.length > 0 ? dateOrNull(Math.min(...due)) : null
  }

  /** The tasks that are due within the minute of a moment, whatever their constraints will say. */
  due(moment?: Date | string): readonly ScheduledTask[] {
    const minute = Math.floor(this.#moment(moment) / MINUTE) * MINUTE
    return this.tasks.filter(({ timetable }) => {
      const next = timetable.follows === 'elapsed' ? undefined : timetable.next(minute - 1)
      return next !== undefined && next < minute + MINUTE
    })
  }

  /** What is due next after `from`, in order. */
  upcoming(count: number, from?: Date | string): readonly Upcoming[] {
    if (!Number.isInteger(count) || count < 0)
      throw new BadScheduleError(`Cannot tell ${count} due times: expected a whole number from 0 on`)
    const heap = new Heap<{ readonly due: number; readonly order: number; readonly task: ScheduledTask }>(isDueBefore)
    const enter = (task: ScheduledTask, order: number, after: number) => {
      const due = task.timetable.next(after)
      if (due !== undefined) heap.push({ due, order, task })
    }
    const start = this.#moment(from)
    this.tasks.forEach((task, order) => {
      enter(task, order, start)
    })
    const found: Upcoming[] = []
    while (found.length < count) {
      const first = heap.pop()
      if (!first) break
      found.push({ at: new Date(first.due), task: first.task })
      enter(first.task, first.order, first.due)
    }
    return found
  }

  /** All tasks, in the order in which they were defined. */
  list(): readonly ListedTask[] {
    const now = this.#host.clock.now()
    return this.tasks.map((task) => ({
      name: task.label,
      command: task.action.text,
      description: task.about,
      expression: task.timetable.text,
      timezone: task.zone.name,
      dst: task.timetable.dst,
      nextRun: dateOrNull(task.timetable.next(now)),
    }))
  }

  /** @throws AssertionError unless a task of that command or name is due when the expression says. */
  assertScheduled(commandOrName: CommandInput, expression: string): this {
    assertScheduled(this, commandOrName, expression)
    return this
  }

  /**
   * @throws AssertionError unless a task of that command or name has run in this rehearsal and begun at that moment, to the
   *   second.
   */
  assertRanAt(commandOrName: CommandInput, moment: Date | string): this {
    assertRanAt(this, this.#host.recorded(), commandOrName, toDate(moment))
    return this
  }

  /** @throws AssertionError unless the task is due then, and not before. */
  assertNextRun(commandOrName: CommandInput, moment: Date | string, from?: Date | string): this {
    assertNextRun(this, commandOrName, toDate(moment), from)
    return this
  }

  #moment(moment: Date | string | undefined): number {
    return moment === undefined ? this.#host.clock.now() : toDate(moment).getTime()
  }
}

function dateOrNull(moment: number | undefined): Date | null {
  return moment === undefined || !Number.isFinite(moment) ? null : new Date(moment)
}
