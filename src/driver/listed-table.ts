import pidusage from 'pidusage'
import { CpuShare } from '../contracts/cpu-share.ts'
import { descendantsIn } from '../contracts/descendants.ts'
import type {
  ProcessDetails,
  ProcessRow,
  ProcessSample,
  ProcessUsage,
  UnreadableProcess,
} from '../contracts/process-table.ts'
import { asOurOwn } from '../own-starts.ts'
import { listElsewhere } from './process-list.ts'
import { monotonic } from './system-clock.ts'

/** The processes of a machine without /proc: listed by its own programs, and measured by pidusage. Not tested here. */
export class ListedTable {
  readonly #shares = new Map<number, CpuShare>()

  list(): Promise<readonly ProcessRow[]> {
    return listElsewhere()
  }

  async find(pid: number): Promise<ProcessRow | undefined> {
    return (await listElsewhere()).find((row) => row.pid === pid)
  }

  async usage(pid: number): Promise<ProcessUsage | undefined> {
    const sample = (await this.sample([pid])).get(pid)
    if (!sample) this.#shares.delete(pid)
    if (!sample || 'errno' in sample) return undefined
    const share = this.#shares.get(pid) ?? new CpuShare()
    this.#shares.set(pid, share)
    return { memory: sample.memory, cpu: share.look(sample.cpuTime, sample.uptime), uptime: sample.uptime }
  }

  async sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>> {
    const rows = new Map((await listElsewhere()).map((row) => [row.pid, row]))
    const there = pids.filter((pid) => rows.has(pid))
    if (there.length === 0) return new Map()
    const usages = await asOurOwn(() => pidusage(there))
    const at = monotonic()
    const samples = there.flatMap((pid): [number, ProcessSample][] => {
      const [row, usage] = [rows.get(pid), usages[pid]]
      return row && usage ? [[pid, sampleOf(row, usage, at)]] : []
    })
    return new Map(samples)
  }

  /** Nothing that could be kept would make another look cheaper. */
  hold(): () => void {
    return () => {}
  }

  async details(pid: number): Promise<ProcessDetails | undefined> {
    const nothing = { proportionalMemory: undefined, descriptors: undefined, io: undefined }
    return (await this.find(pid)) && nothing
  }

  async descendants(pid: number): Promise<readonly number[]> {
    return descendantsIn(await listElsewhere(), pid)
  }
}

// How many threads a process has is not told by the programs that list them.
function sampleOf(row: ProcessRow, usage: pidusage.Status, at: number): ProcessSample {
  const { pid, parent, group, session, state, startedAt } = row
  const { ctime, memory, elapsed } = usage
  return {
    pid,
    parent,
    group,
    session,
    state,
    startedAt,
    at,
    cpuTime: ctime,
    memory,
    threads: undefined,
    uptime: elapsed,
  }
}
