import { CpuShare } from '../contracts/cpu-share.ts'
import type {
  ProcessDetails,
  ProcessRow,
  ProcessSample,
  ProcessUsage,
  UnreadableProcess,
} from '../contracts/process-table.ts'
import { listPids, readDescendants, readDetails, readRow } from './proc.ts'
import { ProcSamples } from './proc-samples.ts'

/** Shares that are kept before those of processes that are over are looked for. */
const MANY = 64

/** The processes of a Linux machine, as /proc shows them. */
export class ProcTable {
  readonly #samples = new ProcSamples()
  readonly #shares = new Map<number, { readonly startedAt: number; readonly share: CpuShare }>()

  list(): Promise<readonly ProcessRow[]> {
    const rows = listPids().map(readRow)
    return Promise.resolve(rows.filter((row) => row !== undefined).sort((a, b) => a.pid - b.pid))
  }

  find(pid: number): Promise<ProcessRow | undefined> {
    return Promise.resolve(readRow(pid))
  }

  async usage(pid: number): Promise<ProcessUsage | undefined> {
    const sample = (await this.#samples.sample([pid])).get(pid)
    if (!sample) this.#shares.delete(pid)
    if (!sample) return undefined
    if ('errno' in sample) throw Object.assign(new Error(`Cannot look at process ${pid}: ${sample.errno}`), sample)
    const { memory, cpuTime, uptime } = sample
    return { memory, cpu: this.#shareOf(sample).look(cpuTime, uptime), uptime }
  }

  sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>> {
    return this.#samples.sample(pids)
  }

  hold(pid: number): () => void {
    return this.#samples.hold(pid)
  }

  details(pid: number, ask: { readonly proportionalMemory?: boolean } = {}): Promise<ProcessDetails | undefined> {
    return Promise.resolve(readDetails(pid, ask.proportionalMemory === true))
  }

  descendants(pid: number): Promise<readonly number[]> {
    return Promise.resolve(readDescendants(pid))
  }

  #shareOf({ pid, startedAt }: ProcessSample): CpuShare {
    const known = this.#shares.get(pid)
    if (known?.startedAt === startedAt) return known.share
    if (this.#shares.size >= MANY) for (const one of this.#shares.keys()) if (!readRow(one)) this.#shares.delete(one)
    const share = new CpuShare()
    this.#shares.set(pid, { startedAt, share })
    return share
  }
}
