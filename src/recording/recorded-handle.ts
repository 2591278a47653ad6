import type { Clock } from '../contracts/clock.ts'
import type { Eavesdropper, Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Redirected } from './redirects.ts'
import type { Take } from './take.ts'

/** A process that is being recorded: the same handle, where everything that goes through it is seen. */
export class RecordedHandle implements Handle {
  readonly pid: number
  readonly clock: Clock
  readonly fault: Promise<unknown> | undefined
  readonly stdin: Sink | undefined
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
  readonly exit: Promise<Exit>
  readonly overhear: Handle['overhear']
  readonly unenforced: Handle['unenforced']
  readonly #inner: Handle
  readonly #take: Take

  constructor(inner: Handle, take: Take, redirected: Redirected) {
    this.#inner = inner
    this.#take = take
    this.pid = inner.pid
    this.clock = inner.clock
    this.fault = inner.fault
    this.stdin = inner.stdin && seenSink(inner.stdin, take)
    this.stdout = inner.stdout && seenSource(inner.stdout, 'out', take)
    this.stderr = inner.stderr && seenSource(inner.stderr, 'err', take)
    this.unenforced = inner.unenforced
    this.overhear = inner.overhear?.bind(inner)
    this.overhear?.(overhearing(take))
    this.exit = redirected.none ? inner.exit.then((exit) => this.#ended(exit)) : this.#endedWith(redirected)
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    // What a signal does may be seen before the call is over.
    const forget = this.#take.signalled(signal)
    const reached = this.#inner.kill(signal, whom)
    if (!reached) forget()
    return reached
  }

  survivors(): Promise<readonly number[]> {
    return this.#inner.survivors()
  }

  // What it wrote to files is part of what it did: nobody hears of its end before that has been looked at.
  async #endedWith(redirected: Redirected): Promise<Exit> {
    const exit = await this.#inner.exit
    for (const { code, bytes } of await redirected.written()) this.#take.wrote(code, bytes)
    return this.#ended(exit)
  }

  #ended(exit: Exit): Exit {
    this.#take.exited(exit)
    return exit
  }
}

function overhearing(take: Take): Eavesdropper {
  return {
    given: (bytes) => void take.given(bytes),
    inputEnded: () => take.inputEnded(),
    signalled: (signal) => void take.signalled(signal),
  }
}

function seenSource(source: Source, code: 'out' | 'err', take: Take): Source {
  return {
    flow(onBytes, onEnd) {
      take.opens(code)
      source.flow(
        (bytes) => {
          take.wrote(code, bytes)
          onBytes(bytes)
        },
        () => {
          take.closes(code)
          onEnd()
        },
      )
    },
    pause: () => source.pause(),
    resume: () => source.resume(),
    close() {
      take.givenUp(code)
      source.close()
    },
  }
}

function seenSink(sink: Sink, take: Take): Sink {
  return {
    async write(bytes) {
      const lost = take.given(bytes)
      const taken = await sink.write(bytes)
      if (!taken) lost()
      return taken
    },
    end() {
      take.inputEnded()
      sink.end()
    },
  }
}
