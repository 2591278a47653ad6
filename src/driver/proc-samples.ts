import { closeSync } from 'node:fs'
import type { ProcessSample, UnreadableProcess } from '../contracts/process-table.ts'
import { openStat, readStat, type Stat, sinceBoot } from './proc-stat.ts'
import { monotonic } from './system-clock.ts'

/** Processes that are looked at between two turns of the event loop: about 0.3 ms. */
const SLICE = 100
/** Descriptors that are kept open at most. The others are opened each time. */
const KEPT = 4096

const NOBODY = ['ENOENT', 'ESRCH']

type Reading = ProcessSample | UnreadableProcess | undefined

/**
 * Looks at processes by /proc/PID/stat. A descriptor that is kept costs an eighth of a path that is opened each time, and
 * fails for good when its process is over, whoever gets the pid next.
 */
export class ProcSamples {
  readonly #held = new Map<number, { holders: number; descriptor: number | undefined }>()
  #kept = 0

  async sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>> {
    const samples = new Map<number, ProcessSample | UnreadableProcess>()
    for (let start = 0; start < pids.length; start += SLICE) {
      if (start > 0) await new Promise((resolve) => setImmediate(resolve))
      const end = Math.min(start + SLICE, pids.length)
      const now = monotonic()
      const boot = sinceBoot()
      for (let index = start; index < end; index++) {
        const pid = pids[index] as number
        const reading = this.#read(pid, now, boot)
        if (reading) samples.set(pid, reading)
      }
    }
    return samples
  }

  /** Keeps the descriptor of a pid from the next look on, until what is given back is called. */
  hold(pid: number): () => void {
    const held = this.#held.get(pid) ?? { holders: 0, descriptor: undefined }
    held.holders++
    this.#held.set(pid, held)
    let over = false
    return () => {
      if (over) return
      over = true
      if (--held.holders > 0) return
      this.#held.delete(pid)
      this.#close(held)
    }
  }

  #read(pid: number, now: number, boot: number): Reading {
    const held = this.#held.get(pid)
    if (held?.descriptor !== undefined) {
      try {
        return sampleOf(pid, readStat(held.descriptor), now, boot)
      } catch {
        // Its process is over. Whoever has the pid now is another one.
        this.#close(held)
      }
    }
    return readAnew(pid, now, boot, (descriptor) => {
      if (!held || this.#kept >= KEPT) return false
      this.#kept++
      held.descriptor = descriptor
      return true
    })
  }

  #close(held: { descriptor: number | undefined }): void {
    if (held.descriptor === undefined) return
    closeSync(held.descriptor)
    held.descriptor = undefined
    this.#kept--
  }
}

function readAnew(pid: number, now: number, boot: number, keep: (descriptor: number) => boolean): Reading {
  let descriptor: number | undefined
  try {
    descriptor = openStat(pid)
    const sample = sampleOf(pid, readStat(descriptor), now, boot)
    if (keep(descriptor)) descriptor = undefined
    return sample
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code ?? 'EIO'
    return NOBODY.includes(errno) ? undefined : { pid, errno }
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function sampleOf(pid: number, stat: Stat, now: number, boot: number): ProcessSample {
  const { parent, group, session, state, startedAt, cpuTime, memory, threads, born } = stat
  const uptime = Math.max(0, boot - born)
  return { pid, parent, group, session, state, startedAt, at: now, cpuTime, memory, threads, uptime }
}
