import { type CommandInput, checkCommand, commandText } from '../command.ts'
import type { NewJob, Pushed, QueueStore } from '../contracts/queue-store.ts'
import type { Host } from '../host.ts'
import type { CommandView } from '../matching.ts'
import { PendingProcess } from '../pending-process.ts'
import { type QueueConnection, storeOf } from './default-queue.ts'
import type { Chain, Job, Parcel } from './job.ts'
import { pack, unpack } from './job.ts'
import { checkOptions, type JobOptions, placeOf, policyOf } from './job-options.ts'
import { note } from './notes.ts'
import type { QueueEvents } from './queue-events.ts'
import type { Seal } from './sealing.ts'
import { fromTravelling, toTravelling } from './travelling.ts'

/** What may be queued. */
export type Queueable = CommandInput | PendingProcess

/** Where commands become jobs, and jobs become commands again. */
export class Desk {
  readonly host: Host
  readonly events: QueueEvents
  readonly #connection: QueueConnection | undefined
  readonly #seal: Seal

  constructor(host: Host, connection: QueueConnection | undefined, seal: Seal, events: QueueEvents) {
    this.host = host
    this.events = events
    this.#connection = connection
    this.#seal = seal
  }

  /** Where the jobs wait: another place in a rehearsal. */
  get store(): QueueStore {
    return storeOf(this.#connection, this.host)
  }

  get seal(): Seal {
    return this.#seal
  }

  /**
   * A job for a command.
   *
   * @throws BadJobError for what cannot wait in a queue, TypeError for what no system could start.
   */
  job(command: Queueable, options: JobOptions): Job {
    checkOptions(options)
    const { settings } = this.#pending(command)
    checkCommand({ line: settings.line ?? [], cwd: undefined, env: {} })
    const text = commandText(settings.line as CommandInput)
    return { command: toTravelling(settings, text), ...policyOf(options, text, this.host.clock.now()) }
  }

  /** A job in the form in which a store takes it. */
  addressed(parcel: Parcel, options: JobOptions): NewJob {
    return { ...placeOf(options, textOf(parcel.job)), payload: this.#seal.seal(pack(parcel)) }
  }

  /** Pushes jobs, takes note of them and tells of them. */
  async push(jobs: readonly NewJob[]): Promise<readonly Pushed[]> {
    const all = await this.store.push(jobs)
    for (const [index, { id, pushed }] of all.entries()) this.#tell(jobs[index] as NewJob, id, pushed)
    return all
  }

  /** Opens a batch, takes note of its jobs and tells of them. */
  async open(batch: Parameters<QueueStore['openBatch']>[0], jobs: readonly (NewJob & { id: string })[]): Promise<void> {
    const pushed = await this.store.openBatch(batch, jobs)
    for (const job of jobs) this.#tell(job, job.id, pushed)
  }

  /**
   * What a payload says.
   *
   * @throws BadJobError when it cannot be read.
   */
  parcel(payload: string): Parcel {
    return unpack(this.#seal.open(payload))
  }

  /** The command of a job, as it was described. */
  command({ command }: Job): PendingProcess {
    const { line, ...settings } = fromTravelling(command)
    return this.host.command(line as CommandInput).change(settings)
  }

  #pending(command: Queueable): PendingProcess {
    return command instanceof PendingProcess ? command : this.host.command(command)
  }

  #tell(job: NewJob, id: string, pushed: boolean): void {
    const { clock } = this.host
    const { job: what, chain } = this.parcel(job.payload)
    const event = { id, queue: job.queue, command: textOf(what), at: clock.now() }
    if (!pushed) return this.events.tell('dropped', event)
    note(clock, {
      kind: 'queued',
      id,
      queue: job.queue,
      command: viewOf(what),
      ...(chain && { chain: viewsOf(what, chain) }),
    })
    const queued = { ...event, delay: job.delay ?? 0 }
    this.events.tell('queued', queued)
    this.host.events.tell({ type: 'queued', ...queued })
  }
}

/** A job's command as text. */
export function textOf({ command }: Job): string {
  return commandText(command.line as CommandInput)
}

/** A job's command as assertions see it. */
export function viewOf(job: Job): CommandView {
  const { line, path, env = {}, input, name, user, group } = job.command as unknown as SettingsOf
  return { command: line, text: textOf(job), name, path, env, input, user, group }
}

interface SettingsOf {
  readonly line: CommandInput
  readonly path: string | undefined
  readonly env?: CommandView['env']
  readonly input: unknown
  readonly name: string | undefined
  readonly user: string | number | undefined
  readonly group: string | number | undefined
}

function viewsOf(job: Job, { rest }: Chain): readonly CommandView[] {
  return [viewOf(job), ...rest.map((link) => viewOf(link.job))]
}
