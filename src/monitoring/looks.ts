import type { ProcessDetails, ProcessTable } from '../contracts/process-table.ts'
import { type Sample, Samples } from './sample.ts'

/** What a process and all that descends from it use together. */
export interface TreeUsage {
  /** How many they are, the process itself included. */
  readonly processes: number
  /** The sum of their resident bytes: pages that several of them hold are counted for each. */
  readonly memory: number
  /** Their resident bytes, each counted once; `undefined` unless asked for, or where the system keeps it from us. */
  readonly proportionalMemory: number | undefined
  /** Share of a core; `undefined` while that of the process itself is. Descendants at their first look are left out. */
  readonly cpu: number | undefined
}

interface Known {
  readonly samples: Samples
  latest: Sample | undefined
}

/** Processes that are remembered before those that are over are looked for. */
const MANY = 256

/** Looks at processes whenever somebody asks, each compared with the look before. */
export class Looks {
  readonly #table: ProcessTable
  readonly #known = new Map<number, Known>()

  constructor(table: ProcessTable) {
    this.#table = table
  }

  /** @throws an error with the system's `code` when a process is there and cannot be looked at. */
  async at(pids: readonly number[]): Promise<readonly Sample[]> {
    if (this.#known.size > MANY) await this.#forgetThoseThatAreOver()
    const found = await this.#table.sample(pids)
    return pids.flatMap((pid) => {
      const raw = found.get(pid)
      if (!raw) this.#known.delete(pid)
      if (!raw) return []
      if ('errno' in raw)
        throw Object.assign(new Error(`Cannot look at process ${pid}: ${raw.errno}`), { code: raw.errno })
      const known = this.#known.get(pid) ?? { samples: new Samples(), latest: undefined }
      this.#known.set(pid, known)
      // A second look within one moment sees what the first one saw.
      known.latest = known.samples.next(raw) ?? known.latest
      return known.latest ? [known.latest] : []
    })
  }

  /** What the tree of a process uses, and of the process itself what only its owner may know. */
  async tree(root: Sample, proportional: boolean): Promise<{ tree: TreeUsage; details: ProcessDetails | undefined }> {
    const pids = await this.#table.descendants(root.pid)
    const all = [root, ...(await this.at(pids))]
    const asked = proportional ? all : [root]
    const details = await Promise.all(
      asked.map(({ pid }) => this.#table.details(pid, { proportionalMemory: proportional })),
    )
    const tree = {
      processes: all.length,
      memory: sum(all.map(({ memory }) => memory)),
      proportionalMemory: proportional ? sumOfKnown(details.map((each) => each?.proportionalMemory)) : undefined,
      cpu: root.cpu === undefined ? undefined : sum(all.map(({ cpu = 0 }) => cpu)),
    }
    return { tree, details: details[0] }
  }

  async #forgetThoseThatAreOver(): Promise<void> {
    const found = await this.#table.sample([...this.#known.keys()])
    for (const pid of this.#known.keys()) if (!found.has(pid)) this.#known.delete(pid)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function sumOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === values.length ? sum(known) : undefined
}
