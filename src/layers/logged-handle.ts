import type { Clock } from '../contracts/clock.ts'
import type { Eavesdropper, Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import type { ProcessLog, Stream } from './logged.ts'

/** Nothing that a handle has may be forgotten here. One that is over at once is not handled here. */
type Whole = { readonly [Part in Exclude<keyof Handle, 'finished'>]-?: Handle[Part] | undefined }

/** A process that is being logged: the same handle, where all that is read of it is logged first. */
export class LoggedHandle implements Handle, Whole {
  readonly pid: number
  readonly clock: Clock
  readonly fault: Promise<unknown> | undefined
  readonly overhear: ((eavesdropper: Eavesdropper) => void) | undefined
  readonly unenforced: Handle['unenforced']
  readonly stdin: Sink | undefined
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
  readonly exit: Promise<Exit>
  readonly #inner: Handle

  constructor(inner: Handle, log: ProcessLog) {
    const { stdout, stderr } = inner
    this.#inner = inner
    this.pid = inner.pid
    this.clock = inner.clock
    this.fault = inner.fault
    this.overhear = inner.overhear?.bind(inner)
    this.unenforced = inner.unenforced
    this.stdin = inner.stdin
    log.started(inner.pid, [...(stdout ? (['out'] as const) : []), ...(stderr ? (['err'] as const) : [])])
    this.stdout = stdout && new LoggedSource(stdout, 'out', log)
    this.stderr = stderr && new LoggedSource(stderr, 'err', log)
    this.exit = inner.exit
    void inner.exit.then((exit) => log.exited(exit))
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    return this.#inner.kill(signal, whom)
  }

  survivors(): Promise<readonly number[]> {
    return this.#inner.survivors()
  }
}

/** A stream that is being logged. It flows while neither its reader nor the log holds it back. */
class LoggedSource implements Source {
  readonly #inner: Source
  readonly #stream: Stream
  readonly #log: ProcessLog
  #readerHolds = false
  #logHolds = false

  constructor(inner: Source, stream: Stream, log: ProcessLog) {
    this.#inner = inner
    this.#stream = stream
    this.#log = log
    log.onHold(stream, (held) => this.#hold(held))
  }

  flow(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    this.#inner.flow(
      (bytes) => {
        this.#log.took(this.#stream, bytes)
        onBytes(bytes)
      },
      () => {
        this.#log.ended(this.#stream)
        onEnd()
      },
    )
    // It flows from the beginning, whatever was said before.
    if (this.#readerHolds || this.#logHolds) this.#inner.pause()
  }

  get held(): boolean {
    return this.#logHolds || this.#inner.held === true
  }

  // The log has copied what it needs.
  recycle(bytes: Uint8Array): void {
    this.#inner.recycle?.(bytes)
  }

  pause(): void {
    this.#readerHolds = true
    this.#inner.pause()
  }

  resume(): void {
    this.#readerHolds = false
    if (!this.#logHolds) this.#inner.resume()
  }

  close(): void {
    this.#inner.close()
  }

  #hold(held: boolean): void {
    if (this.#logHolds === held) return
    this.#logHolds = held
    if (held) this.#inner.pause()
    else if (!this.#readerHolds) this.#inner.resume()
  }
}
