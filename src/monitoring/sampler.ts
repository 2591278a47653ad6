import type { Clock, Timer } from '../contracts/clock.ts'
import type { ProcessSample, ProcessTable, UnreadableProcess } from '../contracts/process-table.ts'
import { type Sample, Samples } from './sample.ts'

/** A process to sample. Without its `startedAt` it is whoever has the pid at the first look. */
export interface Sampled {
  readonly pid: number
  readonly startedAt?: number | undefined
  /** Whether it is known to be over, where somebody knows: whoever has its pid then is another one. */
  readonly isOver?: () => boolean
}

/** Hears of a process that is sampled. It must not throw. */
export interface SampleListener {
  readonly onSample: (sample: Sample) => void
  /** It could not be looked at: nothing is known of it for now. */
  readonly onMissing?: (errno: string) => void
  /** It is over: nobody has its pid, or somebody else, or it is a zombie. Comes once, and nothing after it. */
  readonly onGone?: () => void
}

/** How a process is sampled. */
export interface SamplingOptions {
  /** Milliseconds between two samples. */
  readonly every: number
  /** Whether somebody waits for the samples and can do nothing else: the program is kept alive for them then. */
  readonly awaited?: boolean
}

interface Watch extends SamplingOptions {
  readonly pid: number
  readonly listener: SampleListener
  readonly isOver: () => boolean
  readonly samples: Samples
  readonly release: () => void
  startedAt: number | undefined
  due: number
}

/** Where processes are sampled: a `Host`, or a driver. */
interface Place {
  readonly clock: Clock
  readonly processes: ProcessTable
}

const samplers = new WeakMap<ProcessTable, Sampler>()

/**
 * Samples the processes of one machine for everybody: one timer, and one look at all that are due. It works in the background,
 * and moves no virtual time. A tick that comes late is made up for once.
 */
export class Sampler {
  readonly #clock: Clock
  readonly #table: ProcessTable
  readonly #watches = new Set<Watch>()
  #epoch = 0
  #timer: Timer | undefined
  #plannedFor = Number.POSITIVE_INFINITY
  #scanning = false

  constructor({ clock, processes }: Place) {
    this.#clock = clock
    this.#table = processes
  }

  /** The one of a machine, real or rehearsed. */
  static of(place: Place): Sampler {
    const known = samplers.get(place.processes) ?? new Sampler(place)
    samplers.set(place.processes, known)
    return known
  }

  /** Samples a process now and from then on, until it is over or what is given back is called. */
  watch(process: Sampled, listener: SampleListener, options: SamplingOptions): () => void {
    const now = this.#clock.monotonic()
    if (this.#watches.size === 0) this.#epoch = now
    const watch: Watch = {
      ...options,
      pid: process.pid,
      listener,
      isOver: process.isOver ?? (() => false),
      samples: new Samples(),
      release: this.#table.hold(process.pid),
      startedAt: process.startedAt,
      due: now,
    }
    this.#watches.add(watch)
    this.#plan(watch)
    return () => this.#forget(watch)
  }

  #forget(watch: Watch): void {
    if (!this.#watches.delete(watch)) return
    watch.release()
    if (this.#watches.size === 0 || watch.awaited) this.#planAnew()
  }

  #planAnew(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#plannedFor = Number.POSITIVE_INFINITY
    let first: Watch | undefined
    for (const watch of this.#watches) if (!first || watch.due < first.due) first = watch
    if (first) this.#plan(first)
  }

  #plan({ due, awaited }: Watch): void {
    if (this.#scanning || (due >= this.#plannedFor && !awaited)) return
    this.#clock.clearTimeout(this.#timer)
    this.#plannedFor = Math.min(due, this.#plannedFor)
    const background = ![...this.#watches].some((watch) => watch.awaited)
    const scan = () => this.#clock.background(() => void this.#scan())
    this.#timer = this.#clock.setTimeout(scan, Math.max(0, this.#plannedFor - this.#clock.monotonic()), { background })
  }

  async #scan(): Promise<void> {
    this.#scanning = true
    const now = this.#clock.monotonic()
    const due = [...this.#watches].filter((watch) => watch.due <= now)
    try {
      const answer = await this.#look([...new Set(due.map(({ pid }) => pid))])
      for (const watch of due) if (this.#watches.has(watch)) this.#tell(watch, answer.get(watch.pid), now - watch.due)
    } finally {
      for (const watch of due) watch.due = this.#nextDue(watch.every)
      this.#scanning = false
      this.#planAnew()
    }
  }

  async #look(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>> {
    try {
      return await this.#table.sample(pids)
    } catch (error) {
      const errno = (error as NodeJS.ErrnoException).code ?? 'EIO'
      return new Map(pids.map((pid) => [pid, { pid, errno }]))
    }
  }

  #tell(watch: Watch, raw: ProcessSample | UnreadableProcess | undefined, late: number): void {
    const { listener } = watch
    if (raw && 'errno' in raw) return listener.onMissing?.(raw.errno)
    if (!raw || raw.state === 'zombie' || (watch.startedAt ?? raw.startedAt) !== raw.startedAt || watch.isOver()) {
      this.#forget(watch)
      return listener.onGone?.()
    }
    watch.startedAt = raw.startedAt
    const sample = watch.samples.next(raw, late)
    if (sample) listener.onSample(sample)
  }

  // Those that are sampled equally often are due together; the first time is at least half as long away as all others.
  #nextDue(every: number): number {
    const passed = (this.#clock.monotonic() - this.#epoch) / every
    return this.#epoch + (Math.floor(passed + 0.5) + 1) * every
  }
}
