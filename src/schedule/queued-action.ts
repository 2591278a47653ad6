import { BadScheduleError } from '../errors.ts'
import type { PendingProcess } from '../pending-process.ts'
import { checkOptions, type JobOptions, placeOf, policyOf } from '../queue/job-options.ts'
import type { OutputCallback } from '../settings.ts'
import { type AttemptEnd, CommandAction, type Occurrence } from './action.ts'

/** Where commands wait: a `QueuedProcess`. */
export interface QueuePlace {
  /** Stores a command as a job. */
  queue(command: PendingProcess, options: JobOptions): Promise<unknown>
}

/** Queues a command, under a name that says when it was due: whoever queues the same due time queues the same job. */
export class QueuedAction extends CommandAction {
  readonly #place: QueuePlace
  readonly #options: Omit<JobOptions, 'id'>

  constructor(pending: PendingProcess, text: string, place: QueuePlace, options: Omit<JobOptions, 'id'>) {
    super(pending, text)
    this.#place = place
    this.#options = options
  }

  override with(pending: PendingProcess): QueuedAction {
    return new QueuedAction(pending, this.text, this.#place, this.#options)
  }

  override async attempt(_: AbortSignal, __: OutputCallback | undefined, due: Occurrence): Promise<AttemptEnd> {
    try {
      await this.#place.queue(this.pending, { ...this.#options, id: nameOf(due) })
      return { successful: true, exitCode: 0 }
    } catch (error) {
      return { successful: false, exitCode: null, error }
    }
  }
}

/**
 * Refuses what nothing can be queued on, or with.
 *
 * @throws BadScheduleError, BadJobError that names the option, or TypeError for a duration that is none.
 */
export function checkQueueing(place: QueuePlace, options: Omit<JobOptions, 'id'>): void {
  if (typeof place?.queue !== 'function')
    throw new BadScheduleError('Cannot queue: expected a QueuedProcess to queue on')
  checkOptions(options)
  if ('id' in options)
    throw new BadScheduleError('Cannot queue with an "id": its jobs are named after the task and the due time')
  // Read once now, so that what cannot be read is not found out when the task is due.
  placeOf(options, '')
  policyOf(options, '', 0)
}

function nameOf({ task, dueAt }: Occurrence): string {
  return `${encodeURIComponent(task)}@${new Date(dueAt).toISOString()}`
}
