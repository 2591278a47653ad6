import type { ProcessGroup } from '../supervision/group.ts'
import type { StopReport } from '../supervision/supervisor.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Stops what `rehearsal up` runs, for whoever asks, and knows that it was asked for. */
export class UpStopping {
  /** Whether somebody has asked. */
  asked = false
  readonly #group: ProcessGroup
  readonly #say: (text: string) => void

  constructor(group: ProcessGroup, say: (text: string) => void) {
    this.#group = group
    this.#say = say
  }

  stop(): Promise<StopReport> {
    this.asked = true
    return this.#group.stop()
  }

  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.#hear)
  }

  off(): void {
    for (const signal of SIGNALS) process.off(signal, this.#hear)
  }

  readonly #hear = (): void => {
    this.#say('Stops.')
    void this.stop()
  }
}
