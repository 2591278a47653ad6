import type { Clock } from '../contracts/clock.ts'
import type { ScheduleStore } from '../contracts/schedule-store.ts'
import { BadScheduleError } from '../errors.ts'
import { oddOptions } from '../queue/option-names.ts'
import { shown } from '../shown.ts'
import type { Mailer } from './mails.ts'
import { type CatchUp, checkCatchUp } from './policy.ts'
import type { ScheduledTask } from './task.ts'

/** How a scheduler is set up. */
export interface SchedulerOptions {
  /** The time zone whose clocks are meant; the machine's unless given. */
  readonly timezone?: string
  /** What tasks do about missed due times, unless they say something else. */
  readonly catchUp?: CatchUp
  /** How many tasks run side by side, 32 unless given. Those in the background do not count. */
  readonly concurrency?: number
  /** Locks and history. Unless given, in a file that all schedulers of a project share, and in memory in a rehearsal. */
  readonly store?: ScheduleStore | ((clock: Clock) => ScheduleStore)
  /** What `environments` is about; the variable NODE_ENV, or `production`, unless given. */
  readonly environment?: string
  /** Asked whenever a task is due: whether only those run that do `evenInMaintenanceMode`. */
  readonly maintenance?: () => boolean | Promise<boolean>
  /** Sends a mail, for tasks that mail their output. */
  readonly mail?: Mailer
  /** Hears of what went wrong beside a task: a store, a ping, a mail, a reaction. A warning of the process unless given. */
  readonly onError?: (error: unknown, task?: ScheduledTask) => void
}

/** Those that are of one type alone. */
const TYPES = {
  timezone: 'string',
  environment: 'string',
  maintenance: 'function',
  mail: 'function',
  onError: 'function',
} as const

const NAMES: readonly string[] = [...Object.keys(TYPES), 'catchUp', 'concurrency', 'store']

/** @throws BadScheduleError for what means nothing. */
export function checkOptions(options: SchedulerOptions): void {
  const odd = oddOptions(options, NAMES)
  if (odd !== undefined) throw new BadScheduleError(`Cannot schedule: ${odd}`)
  for (const [name, type] of Object.entries(TYPES)) checkType(name, type, options[name as keyof SchedulerOptions])
  const { concurrency = 1, catchUp, store } = options
  if (!(concurrency >= 1) || concurrency % 1 > 0)
    throw new BadScheduleError(`Cannot run ${concurrency} tasks side by side: expected a whole number from 1 on`)
  if (catchUp !== undefined) checkCatchUp(catchUp)
  if (store !== undefined && typeof store !== 'function' && typeof store?.claim !== 'function')
    throw new BadScheduleError(`Cannot use ${shown(store)} as a store: expected one, or a function that makes one`)
}

function checkType(name: string, type: 'string' | 'function', value: unknown): void {
  const expected = type === 'string' ? 'text' : 'a function'
  if (value !== undefined && typeof value !== type)
    throw new BadScheduleError(`Cannot schedule with this "${name}": expected ${expected}`)
}
