import type { ProcessDetails } from '../contracts/process-table.ts'
import type { Looks, TreeUsage } from './looks.ts'
import type { Sample } from './sample.ts'
import type { Incarnation } from './subject.ts'

/** What a process uses now. What is `undefined` is not known, or not ours to know. */
export interface ProcessStats
  extends Pick<Sample, 'pid' | 'parent' | 'startedAt' | 'state' | 'memory' | 'threads' | 'uptime'> {
  /** Share of a core since the look before, 1 being one core; `undefined` at the first look. */
  readonly cpu: number | undefined
  /** Milliseconds over which `cpu` was measured. */
  readonly window: number | undefined
  /** Milliseconds of processor time since its start. */
  readonly cpuTime: number
  /** Resident bytes, of which those that it shares with others count in part; `undefined` unless asked for. */
  readonly proportionalMemory: number | undefined
  readonly descriptors: number | undefined
  readonly io: ProcessDetails['io']
  /** All that descends from it, and itself, in sum. */
  readonly tree: TreeUsage
}

/** Looks at one process and its tree; `undefined` when it is over, a zombie, or somebody else by now. */
export async function statsOf(
  { pid, startedAt, isOver }: Incarnation,
  looks: Looks,
  proportional: boolean,
): Promise<ProcessStats | undefined> {
  const [sample] = await looks.at([pid])
  if (!sample || sample.state === 'zombie' || isOver?.()) return undefined
  if ((startedAt ?? sample.startedAt) !== sample.startedAt) return undefined
  const { tree, details } = await looks.tree(sample, proportional)
  const { parent, state, memory, threads, uptime, cpu, window, cpuTime } = sample
  return {
    ...{ pid, parent, startedAt: sample.startedAt, state, memory, threads, uptime, cpu, window, cpuTime, tree },
    proportionalMemory: details?.proportionalMemory,
    descriptors: details?.descriptors,
    io: details?.io,
  }
}
