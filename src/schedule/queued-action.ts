import type { PendingProcess } from '../pending-process.ts'
import type { JobOptions } from '../queue/job-options.ts'
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

function nameOf({ task, dueAt }: Occurrence): string {
  return `${encodeURIComponent(task)}@${new Date(dueAt).toISOString()}`
}
