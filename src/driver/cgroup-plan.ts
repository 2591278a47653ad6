import { join } from 'node:path'
import type { Demand, IsolationSpec } from '../contracts/isolation.ts'
import { type CgroupPlace, cgroupName } from './cgroup-places.ts'

/** A cgroup that a process is to have, and what is written into its files. */
export interface PlannedCgroup {
  readonly place: CgroupPlace
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
}

/** The cgroups of a process, and the demands that they serve. */
export interface CgroupPlan {
  readonly cgroups: readonly PlannedCgroup[]
  readonly served: readonly Demand[]
}

let last = 0

/** The cgroups that meet demands: one in each hierarchy that serves some of them. */
export function planCgroups(spec: IsolationSpec, places: readonly CgroupPlace[]): CgroupPlan {
  const left = new Set(demandsOn(spec))
  const number = left.size > 0 ? ++last : last
  const cgroups: PlannedCgroup[] = []
  const served: Demand[] = []
  for (const place of places) {
    const serves = [...left].filter((demand) => canServe(demand, place, places))
    if (serves.length === 0) continue
    for (const demand of serves) left.delete(demand)
    served.push(...serves)
    const settings = Object.assign({}, ...serves.map((demand) => settingsOf(demand, spec, place)))
    cgroups.push({ place, folder: join(place.folder, cgroupName(number)), settings })
  }
  return { cgroups, served }
}

// A namespace that dies with us holds the whole tree as well.
function demandsOn({ memory, processes, wholeTree, dieWithParent }: IsolationSpec): Demand[] {
  return [
    ...(memory === undefined ? [] : (['memory'] as const)),
    ...(processes === undefined ? [] : (['processes'] as const)),
    ...(wholeTree && !dieWithParent ? (['wholeTree'] as const) : []),
  ]
}

// Groups of the second version can be killed as a whole.
function canServe(demand: Demand, place: CgroupPlace, places: readonly CgroupPlace[]): boolean {
  if (demand === 'wholeTree') return place.unified || !places.some(({ unified }) => unified)
  return demand === 'memory' ? place.memory : place.processes
}

function settingsOf(
  demand: Demand,
  { memory, processes }: IsolationSpec,
  { unified }: CgroupPlace,
): Record<string, string> {
  if (demand === 'processes') return { 'pids.max': String(processes?.soft) }
  if (demand !== 'memory') return {}
  return unified
    ? { 'memory.max': String(memory), 'memory.oom.group': '1' }
    : { 'memory.limit_in_bytes': String(memory) }
}
