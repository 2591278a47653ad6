import type { Clock } from '../contracts/clock.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import type { ProcessEventMap, ProcessEventName, ProcessListener } from '../events/event-map.ts'
import type { ProcessEvents } from '../events/process-events.ts'
import type { Host } from '../host.ts'
import { driverOf, type InvokedProcess } from '../invoked-process.ts'
import { Sampler } from '../monitoring/sampler.ts'
import type { ProcessGroup } from '../supervision/group.ts'
import { onGroup } from '../supervision/registry.ts'
import { Draft, type DraftSpan, type TimelineOptions } from './draft.ts'
import { endingOf, failureOf } from './endings.ts'
import { Supervised } from './supervised.ts'
import type { Timeline } from './timeline.ts'

/** How processes are watched for a timeline. */
export interface WatchOptions extends TimelineOptions {
  /** How often it is looked at what they use: every second unless given, `false` for not at all. */
  readonly samples?: Duration | false
}

/** A `Process`, or one that `createProcess` has made. */
export type Watched = Host & { readonly events: ProcessEvents }

/**
 * Takes note of all that a `Process` starts from now on, and of what the groups made on it say. Within the callback of a
 * rehearsal it hears of what starts in there.
 *
 * @throws TypeError for a duration that is none, RangeError for a limit that is none.
 * @example
 * using watching = watchTimeline(Process)
 * await Process.run('make')
 * await writeFile('make.html', report(watching))
 */
export function watchTimeline(process: Watched, options: WatchOptions = {}): TimelineWatch {
  return new TimelineWatch(process, options)
}

type End = ProcessEventMap['completed' | 'failed' | 'killed' | 'timedOut']
const ENDS = ['completed', 'failed', 'killed', 'timedOut'] as const

/** A process that runs: what is noticed of it between its start and its end. */
interface Running {
  readonly span: DraftSpan
  readonly process: InvokedProcess | undefined
  /** How many of the signals that it was sent have their mark. */
  signals: number
  quit: () => void
}

/** What `watchTimeline` gives back: a timeline that grows until it is stopped. */
export class TimelineWatch implements Disposable {
  readonly #process: Watched
  readonly #draft: Draft
  readonly #supervised: Supervised
  readonly #every: number | undefined
  readonly #running = new Map<number, Running>()
  readonly #leaves: (() => void)[] = []
  #clock: Clock
  #last: number | undefined

  constructor(process: Watched, { samples = '1s', ...options }: WatchOptions) {
    this.#process = process
    this.#every = samples === false ? undefined : toMilliseconds(samples)
    if (this.#every === 0) throw new TypeError('Cannot look every 0 ms: expected more than 0')
    this.#draft = new Draft(options)
    this.#supervised = new Supervised(this.#draft)
    this.#clock = process.clock
    this.#listen()
  }

  /** Also hears what a group says that was made before. */
  follow(group: ProcessGroup): this {
    // A group that is part of another one is told of by both.
    this.#leaves.push(
      group.onEvent((event) => {
        if (event.group === group.path) this.#supervised.hear(this.#clock.now(), event)
      }),
    )
    return this
  }

  /** All of it until now. */
  timeline(): Timeline {
    return this.#draft.timeline(this.#last ?? this.#clock.now(), { isDate: true })
  }

  /** Takes note of nothing any more. */
  stop(): void {
    this.#last ??= this.#clock.now()
    for (const leave of this.#leaves.splice(0)) leave()
    for (const { quit } of this.#running.values()) quit()
  }

  /** The same as `stop`. */
  [Symbol.dispose](): void {
    this.stop()
  }

  #listen(): void {
    this.#on('started', (event) => this.#started(event))
    this.#on('output', ({ run, at, chunk }) => this.#wrote(run, at, 'out', chunk))
    this.#on('errorOutput', ({ run, at, chunk }) => this.#wrote(run, at, 'err', chunk))
    this.#on('beforeStop', ({ run, at, signal }) => this.#stopping(run, at, signal))
    for (const name of ENDS) this.#on(name, (event) => this.#ended(event))
    this.#on('restarted', ({ run, at, previous }) => {
      const span = this.#running.get(run)?.span
      span?.mark(at, 'restart', `takes the place of ${previous.id()}`)
    })
    this.#on('scheduled', ({ at, task }) => this.#draft.mark(at, 'note', `due: ${task}`))
    this.#leaves.push(onGroup(this.#process, (group) => this.follow(group)))
  }

  #on<Name extends ProcessEventName>(name: Name, listener: ProcessListener<Name>): void {
    this.#leaves.push(this.#process.events.on(name, listener))
  }

  #started({ run, at, name, text, pid, process }: ProcessEventMap['started']): void {
    const span = this.#draft.begin(name ?? text, { at, label: text, pid })
    const running: Running = { span, process, signals: 0, quit: () => {} }
    this.#running.set(run, running)
    if (process) this.#sample(running, process)
  }

  #sample(running: Running, process: InvokedProcess): void {
    const place = driverOf(process)
    this.#clock = place.clock
    if (this.#every === undefined) return
    const onSample = (sample: { cpu: number | undefined; memory: number }): void => {
      const at = place.clock.now()
      running.span.uses(at, sample)
      this.#notice(running, at)
    }
    const sampled = { pid: process.id(), isOver: () => !process.running() }
    running.quit = Sampler.of(place).watch(sampled, { onSample }, { every: this.#every })
  }

  #wrote(run: number, at: number, stream: 'out' | 'err', chunk: string): void {
    const running = this.#running.get(run)
    if (!running) return
    running.span.wrote(at, stream, Buffer.byteLength(chunk))
    this.#notice(running, at)
  }

  #stopping(run: number, at: number, signal: string): void {
    const running = this.#running.get(run)
    if (!running) return
    this.#notice(running, at)
    running.span.mark(at, 'signal', signal)
    running.signals++
  }

  // Nobody tells of a signal when it is sent: it shows with whatever is heard of the process next.
  #notice(running: Running, at: number): void {
    const sent = running.process?.signals ?? []
    for (const signal of sent.slice(running.signals)) running.span.mark(at, 'signal', signal)
    running.signals = Math.max(running.signals, sent.length)
  }

  #ended(event: End): void {
    const { run, at, name, text, pid, result, error, process } = event
    const running = this.#running.get(run)
    this.#running.delete(run)
    running?.quit()
    if (running) this.#notice(running, at)
    const span = running?.span ?? (pid === undefined ? this.#draft.begin(name ?? text, { at, label: text }) : undefined)
    if (!span) return
    const { state, detail } = result ? endingOf(result.outcome, process?.stopped ?? false) : failureOf(error)
    span.close(at, pid === undefined ? 'notStarted' : state, detail)
  }
}
