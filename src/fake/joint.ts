import type { Joint, JointEnd } from '../contracts/driver.ts'
import { microtask } from '../contracts/event-loop.ts'
import { BytePipe } from './byte-pipe.ts'

/** One end of a pipe in memory. */
export interface FakeJointEnd extends JointEnd {
  /** The pipe, for the process that gets this end. */
  give(): BytePipe
}

/** A pipe in memory. It counts as a writer itself until the writing end is given away, so the reader can start first. */
export class FakeJoint implements Joint {
  readonly reader: FakeJointEnd = { joint: 'reader', give: () => this.#giveReader() }
  readonly writer: FakeJointEnd = { joint: 'writer', give: () => this.#giveWriter() }
  readonly #pipe = new BytePipe()
  #hasReader = true
  #hasWriter = true

  constructor() {
    this.#pipe.addWriter()
  }

  close(): void {
    if (this.#hasReader) this.#pipe.closeReader()
    if (this.#hasWriter) this.#pipe.removeWriter(this)
    this.#hasReader = this.#hasWriter = false
  }

  #giveReader(): BytePipe {
    this.#hasReader = false
    return this.#pipe
  }

  #giveWriter(): BytePipe {
    this.#hasWriter = false
    // The process counts itself as a writer at birth, within this turn; only then may this one go.
    microtask(() => this.#pipe.removeWriter(this))
    return this.#pipe
  }
}
