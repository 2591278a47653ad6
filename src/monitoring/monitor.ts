import { readingOf } from '../audible.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import { type Duration, type Size, toMilliseconds } from '../duration.ts'
import { ProcessFailedError } from '../errors.ts'
import { lifeOf } from '../invoked-process.ts'
import type { OutputCallback } from '../settings.ts'
import { HighUsage } from './high-usage.ts'
import { type CpuLimit, cpuLimit, DEFAULT_LIMITS, memoryLimit } from './limits.ts'
import { type Aimed, Listening } from './listening.ts'
import { Looks } from './looks.ts'
import { interval, type LimitOptions } from './options.ts'
import { onEnd, type ProcessExit } from './process-exit.ts'
import { type ProcessStats, statsOf } from './process-stats.ts'
import type { Sample } from './sample.ts'
import { sampleStream } from './sample-stream.ts'
import type { SampleListener } from './sampler.ts'
import type { Incarnation, MonitorTarget } from './subject.ts'
import { Threshold } from './threshold.ts'
import { watch, watchTree } from './watching.ts'

/** What a monitor calls; what it gives back is waited for, and what it throws is reported. */
export type Callback<Argument> = (argument: Argument) => unknown
type Limited<Limit> =
  | [callback: Callback<HighUsage>, options?: LimitOptions | undefined]
  | [limit: Limit, callback: Callback<HighUsage>, options?: LimitOptions | undefined]

/** Ends what was begun. */
export type End = () => void

/** How often others than our own processes are looked at to see whether they are over, in milliseconds. */
const EXIT_EVERY = 250

/**
 * Watches processes: what they use, what they write, and when they end. It follows a process that is restarted, keeps no
 * program alive, and moves no virtual time. A pid means whoever has it when it is named; who gets it later is somebody else.
 *
 * @example
 * const monitor = new ProcessMonitor(process)
 * monitor.onHighMemory('500MB', async (usage) => {
 *   await process.restart()
 *   await notifyAdmin(`High memory usage: ${usage}`)
 * })
 */
export class ProcessMonitor extends Listening {
  readonly #looks = new WeakMap<ProcessTable, Looks>()

  /** Whether it still executes: a zombie does not, and somebody else with the same pid is not the same process. */
  async isRunning(target?: MonitorTarget): Promise<boolean> {
    const subject = this.subject(target)
    const { pid, startedAt, isOver } = await subject.current()
    const [found] = await new Looks(subject.place.processes).at([pid])
    if (!found || found.state === 'zombie' || isOver?.()) return false
    return (startedAt ?? found.startedAt) === found.startedAt
  }

  /**
   * What it uses now, or `undefined` when it is not running. Its share of the processor is that since the last time this was
   * asked for here; with a `window` it looks twice, so far apart.
   */
  async getStats(
    target?: MonitorTarget,
    { window, proportionalMemory = false }: { readonly window?: Duration; readonly proportionalMemory?: boolean } = {},
  ): Promise<ProcessStats | undefined> {
    const subject = this.subject(target)
    const { clock, processes } = subject.place
    const looks = this.#looks.get(processes) ?? new Looks(processes)
    this.#looks.set(processes, looks)
    const incarnation = await subject.current()
    if (window === undefined) return statsOf(incarnation, looks, proportionalMemory)
    if (!(await statsOf(incarnation, looks, false))) return undefined
    await clock.drive(clock.sleep(toMilliseconds(window)), () => `the second look at process ${subject.pid}`)
    return statsOf(incarnation, looks, proportionalMemory)
  }

  /** Hears of its end, and after a restart of the next one's. Of others than our own only that they are over can be told. */
  onExit(callback: Callback<ProcessExit>): End
  onExit(target: MonitorTarget, callback: Callback<ProcessExit>): End
  onExit(...args: Aimed<Callback<ProcessExit>>): End {
    const { subject, callback } = this.aim(args)
    const call = this.isolated('onExit', subject, callback)
    const hear = (exit: ProcessExit) => {
      if (!subject.follows) end()
      call(exit.pid, exit)
    }
    const end = this.begin(onEnd(subject, Math.min(EXIT_EVERY, this.every), hear))
    return end
  }

  /**
   * Hears what it writes, from the first piece that is kept on.
   *
   * @throws NotOurProcessError for a process that was not started here: its output goes elsewhere.
   */
  onOutput(callback: OutputCallback): End
  onOutput(target: MonitorTarget, callback: OutputCallback): End
  onOutput(...args: Aimed<OutputCallback>): End {
    const { subject, callback } = this.aim(args)
    const call = this.isolated('onOutput', subject, callback)
    return this.followOwn(subject, 'hear the output', (process) =>
      readingOf(process).tell((...output) => call(process.id(), ...output)),
    )
  }

  /**
   * Hears of its failure, once all its output is there: an exit with another code than 0, a signal, a limit that it ran into.
   * One that its caller stopped has not failed.
   *
   * @throws NotOurProcessError for a process that was not started here: how it ends is told to its parent alone.
   */
  onError(callback: Callback<unknown>): End
  onError(target: MonitorTarget, callback: Callback<unknown>): End
  onError(...args: Aimed<Callback<unknown>>): End {
    const { subject, callback } = this.aim(args)
    const call = this.isolated('onError', subject, callback)
    return this.followOwn(subject, 'hear the errors', (process) => {
      let over = false
      void lifeOf(process).settled.then(({ result, error }) => {
        const failure = error ?? (result.failed() && !process.stopped ? new ProcessFailedError(result) : undefined)
        if (failure !== undefined && !over) call(process.id(), failure)
      })
      return () => {
        over = true
      }
    })
  }

  /**
   * Hears once of each time that it holds more memory than the limit (512 MB unless given) for good.
   *
   * @throws TypeError for what is no size, BadThresholdError for what could never be reached.
   */
  onHighMemory(callback: Callback<HighUsage>, options?: LimitOptions): End
  onHighMemory(limit: Size, callback: Callback<HighUsage>, options?: LimitOptions): End
  onHighMemory(...args: Limited<Size>): End {
    return this.#onHigh('memory', args, (limit = DEFAULT_LIMITS.memory) => memoryLimit(limit))
  }

  /**
   * Hears once of each time that it takes more of the processor than the limit (`'90%'` unless given) for good.
   *
   * @throws BadThresholdError for what is no share of a core.
   */
  onHighCpu(callback: Callback<HighUsage>, options?: LimitOptions): End
  onHighCpu(limit: CpuLimit, callback: Callback<HighUsage>, options?: LimitOptions): End
  onHighCpu(...args: Limited<CpuLimit>): End {
    return this.#onHigh('cpu', args, (limit = DEFAULT_LIMITS.cpu) => cpuLimit(limit))
  }

  /**
   * What it uses, look by look, until it is over and nobody takes its place, or the loop is left. Who waits here keeps the
   * program alive, and in a rehearsal lets time pass.
   */
  samples(
    target?: MonitorTarget,
    { every }: { readonly every?: Duration } = {},
  ): AsyncGenerator<Sample, void, undefined> {
    const step = every === undefined ? this.every : interval(every)
    return sampleStream(this.subject(target), step, (close) => this.begin(close))
  }

  #onHigh<Limit>(of: 'memory' | 'cpu', args: Limited<Limit>, amount: (limit: Limit | undefined) => number): End {
    const [limit, callback, options = {}] = typeof args[0] === 'function' ? [undefined, ...args] : args
    const { process: target, window = this.every, grace = 0, tree: asked, ...rest } = options as LimitOptions
    const threshold = new Threshold(of, amount(limit as Limit | undefined), { ...rest, grace: toMilliseconds(grace) })
    const subject = this.subject(target)
    const tree = asked ?? (subject.process ? lifeOf(subject.process).inShell : false)
    const hook = of === 'memory' ? 'onHighMemory' : 'onHighCpu'
    const call = this.isolated(hook, subject, callback as Callback<HighUsage>)
    const listen = ({ process }: Incarnation): SampleListener => ({
      onSample: (sample) => {
        const raised = threshold.feed(sample) === 'raised'
        if (raised) call(sample.pid, new HighUsage(of, threshold.limit, sample, process))
      },
      onMissing: () => threshold.feed(undefined),
      onGone: () => subject.follows || end(),
    })
    const end = this.begin((tree ? watchTree : watch)(subject, listen, { every: interval(window) }))
    return end
  }
}
