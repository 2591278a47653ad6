import type { Handle, Sink } from '../contracts/driver.ts'
import type { Scrubber } from './scrubber.ts'

/** What a process is to be given to read. */
export interface Expected {
  readonly digest: string | undefined
  /** The same as text, where it is to be looked at line by line. */
  readonly text: string | undefined
  /** Makes the error. */
  readonly miss: () => Error
}

/** What a process that is played is given to read while it runs, and whether it is what was given then. */
export class HeardInput {
  /** Resolves with the error, when it is given something else. */
  readonly fault: Promise<unknown>
  readonly #scrubber: Scrubber
  readonly #chunks: Uint8Array[] = []
  #fail: (error: unknown) => void = () => {}
  #ended = false
  #expected: Expected | undefined

  constructor(scrubber: Scrubber) {
    this.#scrubber = scrubber
    this.fault = new Promise((resolve) => {
      this.#fail = resolve
    })
  }

  /** From now on it has to be this, to the end. */
  expect(expected: Expected): void {
    this.#expected = expected
    this.#check()
  }

  /** All of it so far, as a recording has it. */
  get text(): string {
    return this.#scrubber.stream(this.#chunks).pieces.join('')
  }

  get digest(): string | undefined {
    return this.#scrubber.digest(this.#chunks)
  }

  /** The same process, whose input is heard. */
  through(inner: Handle): Handle {
    const { stdin } = inner
    if (!stdin) return inner
    const fault = inner.fault ? Promise.race([inner.fault, this.fault]) : this.fault
    return {
      pid: inner.pid,
      clock: inner.clock,
      fault,
      stdin: this.#tap(stdin),
      stdout: inner.stdout,
      stderr: inner.stderr,
      exit: inner.exit,
      kill: (signal, whom) => inner.kill(signal, whom),
      survivors: () => inner.survivors(),
    }
  }

  #tap(sink: Sink): Sink {
    return {
      write: (bytes) => {
        if (!this.#ended) this.#chunks.push(Uint8Array.from(bytes))
        if (!this.#ended) this.#check()
        return sink.write(bytes)
      },
      end: () => {
        this.#ended = true
        this.#check()
        sink.end()
      },
    }
  }

  #check(): void {
    if (this.#expected && this.#chunks.length > 0 && this.#differs(this.#expected)) this.#fail(this.#expected.miss())
  }

  // A path or a secret is known only when all of it is there: half a line is not looked at.
  #differs({ digest, text }: Expected): boolean {
    if (this.#ended) return this.digest !== digest
    if (text === undefined || this.#chunks.at(-1)?.at(-1) !== NEWLINE) return false
    return !text.startsWith(this.text)
  }
}

const NEWLINE = 10
