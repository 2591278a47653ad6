import type { ProcessSample } from '../contracts/process-table.ts'

/** What a process uses at one moment, told by who samples it again and again. */
export interface Sample extends ProcessSample {
  /** The first one of a process is 1. */
  readonly nth: number
  /** Milliseconds since the sample before, over which `cpu` was measured; `undefined` at the first. */
  readonly window: number | undefined
  /** Share of a core over `window`, 1 being one core; `undefined` while there is nothing to compare with. Never negative. */
  readonly cpu: number | undefined
  /** Milliseconds by which it came later than it was due: a caller that was itself held up is told here. */
  readonly late: number
}

/** The shortest time over which a share means something: the machine counts in steps of 10 ms. */
const SHORTEST = 50

/** The samples of one process, one after the other, each compared with the one before. */
export class Samples {
  #last: ProcessSample | undefined
  #nth = 0

  /** `undefined` for a sample that is not newer than the one before, which tells nothing. */
  next(raw: ProcessSample, late = 0): Sample | undefined {
    const last = this.#last?.startedAt === raw.startedAt ? this.#last : undefined
    if (last && raw.at <= last.at) return undefined
    if (!last) this.#nth = 0
    const window = last && raw.at - last.at
    const known = last !== undefined && window !== undefined && window >= SHORTEST && raw.cpuTime >= last.cpuTime
    const cpu = known ? (raw.cpuTime - last.cpuTime) / window : undefined
    // What is too near is measured together with what comes next.
    if (window === undefined || window >= SHORTEST) this.#last = raw
    // Spelt out, since a copy of all that is there costs more than to look at the process.
    const { pid, parent, group, session, state, startedAt, at, cpuTime, memory, threads, uptime } = raw
    const nth = ++this.#nth
    return {
      pid,
      parent,
      group,
      session,
      state,
      startedAt,
      at,
      cpuTime,
      memory,
      threads,
      uptime,
      nth,
      window,
      cpu,
      late,
    }
  }
}
