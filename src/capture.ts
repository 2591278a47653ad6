import type { Handle, Source } from './contracts/driver.ts'
import { type OutputEntry, type OutputLimit, type OutputType, StreamLog } from './output-log.ts'

type Listener = (entry: OutputEntry) => void

const NOTHING: OutputLimit = { limit: 0, onOverflow: 'truncate', keep: 'head' }

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
 * late hears everything that was kept first, so nobody's reading changes what another one sees.
 */
export class Capture {
  readonly out: StreamLog
  readonly err: StreamLog
  /** Pieces that arrived, kept or not: tells whether anything came since the last look. */
  arrivals = 0
  readonly #sources: readonly Source[]
  readonly #limit: OutputLimit
  readonly #quiet: readonly OutputType[]
  readonly #events: CaptureEvents
  readonly #listeners = new Set<Listener>()
  readonly #stdout: Source | undefined
  readonly #afterOutput: (() => void)[] = []
  #outEnded = false
  #entries: OutputEntry[] = []
  #entryBytes = 0
  #open = 0
  #pauses = 0
  #released = false

  constructor(
    handle: Handle,
    { limit, quiet }: { limit: OutputLimit; quiet: readonly OutputType[] },
    events: CaptureEvents,
  ) {
    this.#limit = limit
    this.#quiet = quiet
    this.#events = events
    this.out = new StreamLog(quiet.includes('out') ? NOTHING : limit)
    this.err = new StreamLog(quiet.includes('err') ? NOTHING : limit)
    this.#stdout = handle.stdout
    this.#sources = [handle.stdout, handle.stderr].filter((source) => source !== undefined)
    this.#open = this.#sources.length
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

  /** Calls `listener` with everything kept so far and with all that comes. Gives back how to stop. */
  listen(listener: Listener): () => void {
    for (const entry of [...this.#entries]) this.#tell(listener, entry)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Holds the process back until as many `resume`. */
  pause(): void {
    if (this.#released) return
    if (this.#pauses++ === 0) for (const source of this.#sources) source.pause()
  }

  resume(): void {
    if (this.#released) return
    if (--this.#pauses === 0) for (const source of this.#sources) source.resume()
  }

  /** Holds nothing back any more, because the process is being ended and what it still says must not keep it. */
  release(): void {
    if (this.paused) for (const source of this.#sources) source.resume()
    this.#released = true
    this.#pauses = 0
  }

  /** Runs an action once stdout is at its end. */
  afterOutput(action: () => void): void {
    if (this.#outEnded) action()
    else this.#afterOutput.push(action)
  }

  /** Gives up on what is still to come of stdout: the process gets a broken pipe. */
  closeOutput(): void {
    this.#stdout?.close()
  }

  /** Gives up on what is still to come. */
  close(): void {
    for (const source of this.#sources) source.close()
  }

  #flow(source: Source | undefined, type: OutputType): void {
    source?.flow(
      (data) => this.#take({ type, data }),
      () => {
        if (type === 'out') this.#outIsOver()
        if (--this.#open === 0) this.#events.onEnd()
      },
    )
  }

  #outIsOver(): void {
    this.#outEnded = true
    for (const action of this.#afterOutput.splice(0)) action()
  }

  #take(entry: OutputEntry): void {
    this.arrivals++
    const keeps = !this.#quiet.includes(entry.type)
    const fitted = this[entry.type].add(entry.data)
    if (keeps) this.#remember(entry, fitted)
    for (const listener of this.#listeners) this.#tell(listener, entry)
    if (keeps && !fitted && this.#limit.onOverflow === 'kill') this.#events.onOverflow()
  }

  #remember(entry: OutputEntry, fitted: boolean): void {
    if (!fitted && this.#limit.keep === 'head') return
    this.#entries.push(entry)
    this.#entryBytes += entry.data.length
    if (fitted) return
    while (this.#entryBytes > 2 * this.#limit.limit && this.#entries.length > 1) {
      this.#entryBytes -= (this.#entries.shift() as OutputEntry).data.length
    }
  }

  #tell(listener: Listener, entry: OutputEntry): void {
    try {
      listener(entry)
    } catch (error) {
      this.#listeners.delete(listener)
      this.#events.onFault(error)
    }
  }
}
