import type { InvokedProcess } from '../invoked-process.ts'
import type { Episode } from './callbacks.ts'
import type { Trouble } from './supervision-events.ts'
import { troubleInWords } from './words.ts'

/** What went wrong with a process, as those who are called back get it. As text it is in words. */
export class TroubleReport<T extends Trouble = Trouble> {
  /** The slot that it lives in. */
  readonly slot: string
  /** Which start of the slot it was. */
  readonly incarnation: number
  /** The process that it is about. */
  readonly process: InvokedProcess | undefined
  /** What is wrong. */
  readonly trouble: T

  constructor({ slot, number }: Episode, trouble: T) {
    this.slot = slot.name
    this.incarnation = number
    this.process = slot.tenancy.current?.process
    this.trouble = trouble
  }

  /** In words. */
  toString(): string {
    return troubleInWords(this.trouble)
  }
}
