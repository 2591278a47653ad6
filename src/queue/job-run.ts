import type { JobEnd, JobRecord, Reserved } from '../contracts/queue-store.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import type { PendingProcess } from '../pending-process.ts'
import type { ProcessResult } from '../process-result.ts'
import { asJob, VARIABLES } from './current-job.ts'
import { type Desk, viewOf } from './desk.ts'
import { afterFailure, afterSuccess } from './following.ts'
import { Hold, isGivenBack } from './hold.ts'
import type { Parcel } from './job.ts'
import type { JobResult } from './job-view.ts'
import { note } from './notes.ts'
import { ProgressReader } from './progress-reader.ts'
import type { AttemptEvent } from './queue-events.ts'
import { nextAttempt, whyNot } from './retry-policy.ts'

/** As much of the end of each stream as is kept with a job, in bytes. */
const KEPT_OUTPUT = 16 * 1024

/** What is to be done, and how it is started. */
interface Order {
  readonly parcel: Parcel
  readonly command: PendingProcess
}

/** How an attempt ended: with a result, if it was started. */
interface Ended {
  readonly result?: ProcessResult | undefined
  readonly reason?: string | undefined
  /** `false` where nothing was begun: this was no attempt. */
  readonly begun?: false
}

/** One attempt at a job, from its reservation to its end. */
export class JobRun {
  readonly job: JobRecord
  readonly #token: string
  readonly #desk: Desk
  readonly #hold: Hold
  #text = ''
  #running: InvokedProcess | undefined
  #stopped = false

  constructor(reserved: Reserved, desk: Desk, lease: number) {
    const { store, events } = desk
    const { clock } = desk.host
    this.job = reserved.job
    this.#token = reserved.token
    this.#desk = desk
    this.#hold = new Hold(
      reserved,
      { store, clock, lease },
      {
        cancelled: () => void this.#running?.stop(),
        lost: () => void this.#running?.stop(0),
        failed: (error) => events.tell('storeFailed', { error, at: clock.now() }),
      },
    )
  }

  /** Does it. Rejects only when the store does not answer: its lease runs out then. */
  async run(): Promise<void> {
    try {
      await this.#attempt()
    } finally {
      await this.#hold.end()
    }
  }

  /** Stops its command, unless that has ended. It is given back then, as if this attempt had not been. */
  stop(): void {
    if (this.#running?.running() === false) return
    this.#stopped = true
    void this.#running?.stop()
  }

  async #attempt(): Promise<void> {
    const order = this.#order()
    if (typeof order === 'string') return this.#finish('failed', { reason: order, begun: false })
    const { parcel, command } = order
    this.#text = String(command)
    const refusal = whyNot(parcel.job, this.job.attempts, this.#desk.host.clock.now())
    if (refusal !== undefined) return this.#fail(parcel, { reason: refusal, begun: false })
    const wait = await this.#mustWait(parcel)
    if (wait) return this.#release(wait.delay, wait.reason)
    if (this.#stopped) return this.#giveBack()
    await this.#decide(parcel, await this.#perform(parcel, command))
  }

  #order(): Order | string {
    try {
      const parcel = this.#desk.parcel(this.job.payload)
      return { parcel, command: this.#desk.command(parcel.job) }
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #mustWait({ job }: Parcel): Promise<{ delay: number; reason: string } | undefined> {
    const { overlap, rate } = job
    if (overlap && !(await this.#hold.lock(`overlap ${overlap.key}`))) {
      return { delay: overlap.again, reason: `another one of "${overlap.key}" runs` }
    }
    if (!rate) return undefined
    const delay = await this.#desk.store.turn(`rate ${rate.name}`, rate.limit, rate.window)
    return delay > 0
      ? { delay, reason: `"${rate.name}" is at its limit of ${rate.limit} in ${rate.window} ms` }
      : undefined
  }

  async #perform({ job }: Parcel, command: PendingProcess): Promise<Ended> {
    const { id } = this.job
    const { address } = this.#desk.store
    const variables = {
      [VARIABLES.id]: id,
      [VARIABLES.token]: this.#token,
      [VARIABLES.attempt]: String(this.job.attempts),
      ...(address !== undefined && { [VARIABLES.queue]: address }),
    }
    const progress = job.progress && new ProgressReader(job.progress)
    this.#tell('processing', {})
    try {
      const start = () =>
        command
          .env(variables)
          .change({ spared: true })
          .start(undefined, progress && ((_, piece) => this.#hear(progress, piece)))
      const running = await asJob({ id, token: this.#token }, start)
      this.#running = running
      if (this.#stopped || this.#hold.let) void running.stop()
      if (command.settings.input === undefined) running.endInput()
      const result = await running.ended()
      return { result, reason: result.successful() ? undefined : reasonOf(result) }
    } catch (error) {
      const { message, result } = error as Error & { result?: ProcessResult }
      return { result, reason: message }
    }
  }

  async #decide(parcel: Parcel, ended: Ended): Promise<void> {
    if (this.#hold.let === 'lost') return this.#tell('lost', {})
    if (this.#hold.let === 'cancelled') return this.#finish('cancelled', ended)
    // Some commands answer TERM with an exit code of 0, their work half done.
    if (this.#stopped) return this.#giveBack()
    if (ended.reason === undefined) return this.#finish('done', ended, afterSuccess(parcel, this.#desk.seal))
    const delay = nextAttempt(parcel.job, this.job.attempts, this.#desk.host.clock.now())
    if (delay === undefined) return this.#fail(parcel, ended)
    const back = { delay, spent: true, result: JSON.stringify(resultOf(ended)) }
    if (await this.#desk.store.release(this.job.id, this.#token, back)) {
      this.#tell('retrying', { reason: ended.reason, delay })
    } else await this.#notOurs()
  }

  #fail(parcel: Parcel, ended: Ended): Promise<void> {
    return this.#finish('failed', ended, afterFailure(parcel, this.#desk.seal))
  }

  async #finish(state: JobEnd['state'], ended: Ended, next: JobEnd['next'] = []): Promise<void> {
    const { result, reason = '', begun } = ended
    const end = { state, result: JSON.stringify(resultOf(ended)), next, spent: begun !== false }
    if (!(await this.#desk.store.finish(this.job.id, this.#token, end))) return this.#notOurs()
    if (state === 'done') this.#tell('processed', { result: result as ProcessResult })
    else if (state === 'failed') this.#tell('failed', { reason, result, ...(begun === false && this.#before()) })
    else this.#tell('cancelled', {})
  }

  #giveBack(): Promise<void> {
    return this.#release(0, 'its worker was stopped')
  }

  /** The attempt before this one, which was none. */
  #before(): Pick<AttemptEvent, 'attempt'> {
    return { attempt: this.job.attempts - 1 }
  }

  async #release(delay: number, reason: string): Promise<void> {
    const given = await this.#desk.store.release(this.job.id, this.#token, { delay, spent: false })
    if (given) this.#tell('released', { reason, delay })
    else await this.#notOurs()
  }

  // Its own command has given it back, or somebody else has it.
  async #notOurs(): Promise<void> {
    const { store, host } = this.#desk
    const record = await store.find(this.job.id)
    if (!record || !isGivenBack(record, this.job)) return this.#tell('lost', {})
    this.#tell('released', { reason: 'it asked for it', delay: Math.max(0, record.dueAt - host.clock.now()) })
  }

  #hear(progress: ProgressReader, piece: string): void {
    if (!progress.read(piece) || progress.percent === undefined) return
    this.#hold.progress = String(progress.percent)
    this.#tell('progress', { percent: progress.percent })
  }

  #tell<
    Name extends 'processing' | 'progress' | 'processed' | 'retrying' | 'released' | 'failed' | 'cancelled' | 'lost',
  >(name: Name, more: object): void {
    const { id, queue, attempts } = this.job
    const { clock } = this.#desk.host
    const event: AttemptEvent = { id, queue, command: this.#text, attempt: attempts, at: clock.now(), ...more }
    if (name === 'released')
      note(clock, { kind: 'released', id, queue, command: viewOf(this.#desk.parcel(this.job.payload).job) })
    this.#desk.events.tell(name, event as never)
  }
}

function reasonOf(result: ProcessResult): string {
  const signal = result.signal()
  return signal ? `killed by ${signal}` : `exit code ${result.exitCode()}`
}

function resultOf({ result, reason }: Ended): JobResult {
  return {
    exitCode: result?.exitCode() ?? null,
    signal: result?.signal() ?? null,
    durationMs: result?.durationMs ?? 0,
    output: result?.redacted(result.tail('out', KEPT_OUTPUT)) ?? '',
    errorOutput: result?.redacted(result.tail('err', KEPT_OUTPUT)) ?? '',
    ...(reason !== undefined && { reason: result ? result.redacted(reason) : reason }),
  }
}
