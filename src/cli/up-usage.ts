import type { Clock } from '../contracts/clock.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import { Looks } from '../monitoring/looks.ts'
import type { SlotStatus } from '../supervision/status.ts'

/** What one slot uses, all that descends from its process included. */
export interface SlotUsage {
  readonly name: string
  readonly state: string
  readonly pid: number | null
  readonly processes: number
  /** Share of one core; `null` while it is not known. */
  readonly cpu: number | null
  /** Resident bytes. */
  readonly memory: number | null
  readonly restarts: number
  /** Milliseconds. */
  readonly uptime: number | null
}

/** Where it is looked. */
interface Machine {
  readonly clock: Clock
  readonly processes: ProcessTable
}

/** What all slots use, look after look, until `gone`. The first one comes after one interval: a share is of some time. */
export async function* usageOf(
  status: () => readonly SlotStatus[],
  { clock, processes }: Machine,
  { every, gone }: { readonly every: number; readonly gone: AbortSignal },
): AsyncGenerator<{ readonly at: number; readonly slots: readonly SlotUsage[] }, void, undefined> {
  const looks = new Looks(processes)
  for (let first = true; ; first = false) {
    const slots = await Promise.all(status().map((slot) => look(looks, slot)))
    if (!first) yield { at: clock.now(), slots }
    await clock.sleep(every, gone).catch(() => {})
    if (gone.aborted) return
  }
}

async function look(looks: Looks, { name, state, pid, restarts, uptime }: SlotStatus): Promise<SlotUsage> {
  const tree = pid === undefined ? undefined : await treeOf(looks, pid)
  return {
    name,
    state,
    pid: pid ?? null,
    processes: tree?.processes ?? 0,
    cpu: tree?.cpu ?? null,
    memory: tree?.memory ?? null,
    restarts,
    uptime: uptime ?? null,
  }
}

// One that is over by now, or belongs to another user, is one of which nothing is known.
async function treeOf(looks: Looks, pid: number) {
  try {
    const [sample] = await looks.at([pid])
    return sample && (await looks.tree(sample, false)).tree
  } catch {
    return undefined
  }
}
