import { BadThresholdError } from '../errors.ts'
import type { Sample } from './sample.ts'

/** When it counts that a process uses much. */
export interface ThresholdOptions {
  /** How many samples have to be over the limit, one after the other: 3 unless given. */
  readonly samples?: number
  /** How far below the limit, as a share of it, it is over again: 0.1 unless given. */
  readonly hysteresis?: number
  /** Milliseconds after its start in which a process may use what it likes. */
  readonly grace?: number
}

/**
 * Says when what a process uses goes over a limit for good, and when that is over: once each. It counts samples in a row, and
 * judges neither the first one of a process nor one that is missing. A process that takes another's place starts anew.
 */
export class Threshold {
  /** Bytes, or a share of a core. */
  readonly limit: number
  readonly #of: 'memory' | 'cpu'
  readonly #samples: number
  readonly #hysteresis: number
  readonly #grace: number
  #about: Pick<Sample, 'pid' | 'startedAt' | 'at'> | undefined
  #raised = false
  #streak = 0

  /** @throws BadThresholdError for what could never be reached, or always would be. */
  constructor(of: 'memory' | 'cpu', limit: number, options: ThresholdOptions = {}) {
    const { samples = 3, hysteresis = 0.1, grace = 0 } = options
    this.#of = of
    this.limit = checked(limit, limit > 0 && Number.isFinite(limit), `a limit of ${of}`, 'more than 0')
    this.#samples = checked(
      samples,
      Number.isInteger(samples) && samples > 0,
      'samples in a row',
      'a whole number, 1 or more',
    )
    this.#hysteresis = checked(
      hysteresis,
      hysteresis >= 0 && hysteresis < 1,
      'a hysteresis',
      '0 or more and less than 1',
    )
    this.#grace = checked(grace, grace >= 0, 'a grace', 'milliseconds')
  }

  /** Whether it was over the limit for good, and is not over yet. */
  get raised(): boolean {
    return this.#raised
  }

  /** Takes a sample into account, or that one is missing. Says what changed by it. */
  feed(sample: Sample | undefined): 'raised' | 'cleared' | undefined {
    if (!sample) return this.#break()
    if (!this.#follows(sample)) this.#startAnew()
    else if (this.#about && sample.at <= this.#about.at) return undefined
    this.#about = sample
    const value = sample[this.#of]
    if (sample.nth === 1 || value === undefined || sample.uptime < this.#grace) return undefined
    return this.#judge(value)
  }

  #judge(value: number): 'raised' | 'cleared' | undefined {
    const changes = this.#raised ? value <= this.limit * (1 - this.#hysteresis) : value > this.limit
    this.#streak = changes ? this.#streak + 1 : 0
    if (this.#streak < this.#samples) return undefined
    this.#streak = 0
    this.#raised = !this.#raised
    return this.#raised ? 'raised' : 'cleared'
  }

  #follows({ pid, startedAt }: Sample): boolean {
    return this.#about?.pid === pid && this.#about.startedAt === startedAt
  }

  #startAnew(): void {
    this.#raised = false
    this.#streak = 0
  }

  // What was over the limit before a gap may have been below it within.
  #break(): undefined {
    this.#streak = 0
  }
}

function checked(value: number, good: boolean, what: string, expected: string): number {
  if (good) return value
  throw new BadThresholdError(`Cannot use ${value} as ${what}: expected ${expected}`)
}
