import { Arrivals } from './arrivals.ts'
import type { Handle, Source } from './contracts/driver.ts'
import { type OutputEntry, type OutputLimit, type OutputType, StreamLog } from './output-log.ts'

type Listener = (entry: OutputEntry) => void

/** Somebody who listens. */
interface Audience {
  readonly hear: Listener
  /** Is called when a stream is at its end. */
  readonly over: ((type: OutputType) => void) | undefined
}

const NOTHING: OutputLimit = { limit: 0, onOverflow: 'truncate', keep: 'head' }
const NOBODY: readonly Audience[] = []

/** What a capture tells its owner. */
export interface CaptureEvents {
  /** A stream wrote more than its limit. */
  readonly onOverflow: () => void
  /** A listener threw. */
  readonly onFault: (error: unknown) => void
  /** Both streams are at their end. */
  readonly onEnd: () => void
}

/**
 * Takes what a process writes: keeps it within a limit and hands each piece to whoever listens. A listener that comes
 * late hears everything that was kept first, so nobody's reading changes what another one sees. What is not needed yet is
 * not made yet: most processes say little, and nobody listens.
 */
export class Capture {
  /** What was kept of each stream; `undefined` while it was never written to. */
  out: StreamLog | undefined
  err: StreamLog | undefined
  /** Pieces that arrived, kept or not: tells whether anything came since the last look. */
  arrivals = 0
  readonly #handle: Handle
  readonly #limit: OutputLimit
  readonly #quiet: readonly OutputType[]
  readonly #events: CaptureEvents
  #listeners = NOBODY
  /** Whether a listener looks at pieces after it was told of them. */
  #lends = false
  readonly #ended: OutputType[] = []
  /** Kept once both streams have been written to. */
  #order: Arrivals | undefined
  #open = 0
  #pauses = 0
  #released = false

  constructor(
    handle: Handle,
    { limit, quiet }: { limit: OutputLimit; quiet: readonly OutputType[] },
    events: CaptureEvents,
  ) {
    this.#handle = handle
    this.#limit = limit
    this.#quiet = quiet
    this.#events = events
    if (handle.stdout) this.#open++
    if (handle.stderr) this.#open++
  }

  /** Lets the output flow. Listeners that are there by now hear it from its first byte. */
  begin(handle: Handle): void {
    this.#flow(handle.stdout, 'out')
    this.#flow(handle.stderr, 'err')
  }

  get ended(): boolean {
    return this.#open === 0
  }

  get paused(): boolean {
    return this.#pauses > 0
  }

  /** Whether its silence means nothing, because it is held back by somebody. */
  get held(): boolean {
    return this.paused || this.#handle.stdout?.held === true || this.#handle.stderr?.held === true
  }

  /**
   * Calls `listener` with everything kept so far and with all that comes. Gives back how to stop. A listener that looks at
   * bytes after its call `keeps` them; else their memory may be used again by then. `over` is called at the end of a stream.
   */
  listen(hear: Listener, { keeps = false, over }: { keeps?: boolean; over?: Audience['over'] } = {}): () => void {
    const listener = { hear, over }
    this.#lends ||= keeps
    this.#listeners = [...this.#listeners, listener]
    for (const entry of [...this.#kept()]) this.#tell(listener, entry)
    for (const type of this.#ended) this.#tellEnd(listener, type)
    return () => this.#forget(listener)
  }

  /** Holds the process back until as many `resume`. */
  pause(): void {
    if (this.#released) return
    if (this.#pauses++ > 0) return
    this.#handle.stdout?.pause()
    this.#handle.stderr?.pause()
  }

  resume(): void {
    if (this.#released) return
    if (--this.#pauses === 0) this.#letFlow()
  }

  /** Holds nothing back any more, because the process is being ended and what it still says must not keep it. */
  release(): void {
    if (this.paused) this.#letFlow()
    this.#released = true
    this.#pauses = 0
  }

  /** Gives up on what is still to come of a stream: the process gets a broken pipe. */
  closeOutput(type: OutputType = 'out'): void {
    const { stdout, stderr } = this.#handle
    ;(type === 'out' ? stdout : stderr)?.close()
  }

  /** Gives up on what is still to come. */
  close(): void {
    this.#handle.stdout?.close()
    this.#handle.stderr?.close()
  }

  #letFlow(): void {
    this.#handle.stdout?.resume()
    this.#handle.stderr?.resume()
  }

  #flow(source: Source | undefined, type: OutputType): void {
    source?.flow(
      (data) => this.#take(source, type, data),
      () => {
        this.#ended.push(type)
        for (const listener of this.#listeners) this.#tellEnd(listener, type)
        if (--this.#open === 0) this.#events.onEnd()
      },
    )
  }

  #take(source: Source, type: OutputType, data: Uint8Array): void {
    this.arrivals++
    const quiet = this.#quiet.includes(type)
    this[type] ??= new StreamLog(quiet ? NOTHING : this.#limit)
    const fitted = this.#keep(type, this[type], data) || quiet
    if (this.#listeners.length > 0) this.#tellAll({ type, data })
    if (!fitted && this.#limit.onOverflow === 'kill') this.#events.onOverflow()
    if (!this.#lends && !this[type].holds(data)) source.recycle?.(data)
  }

  #keep(type: OutputType, log: StreamLog, data: Uint8Array): boolean {
    const { end } = log
    const fitted = log.add(data)
    if (!this.#order && this.out?.end && this.err?.end) {
      this.#order = new Arrivals(this.out, this.err)
      const first = type === 'out' ? 'err' : 'out'
      this.#order.add(first, this[first]?.end ?? 0)
    }
    if (log.end > end) this.#order?.add(type, log.end - end)
    return fitted
  }

  *#kept(): Generator<OutputEntry, void, undefined> {
    const { out, err } = this
    for (const { type, log, start, end } of this.#order?.stretches() ?? []) {
      for (const data of log.pieces(start, end)) yield { type, data }
    }
    if (this.#order) return
    for (const data of out?.pieces() ?? []) yield { type: 'out', data }
    for (const data of err?.pieces() ?? []) yield { type: 'err', data }
  }

  #tellAll(entry: OutputEntry): void {
    for (const listener of this.#listeners) this.#tell(listener, entry)
  }

  #tell(listener: Audience, entry: OutputEntry): void {
    this.#attempt(listener, () => listener.hear(entry))
  }

  #tellEnd(listener: Audience, type: OutputType): void {
    this.#attempt(listener, () => listener.over?.(type))
  }

  #attempt(listener: Audience, call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#forget(listener)
      this.#events.onFault(error)
    }
  }

  #forget(listener: Audience): void {
    this.#listeners = this.#listeners.filter((one) => one !== listener)
  }
}
