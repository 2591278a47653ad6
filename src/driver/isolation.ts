import type { Command } from '../contracts/command.ts'
import {
  DEMANDS,
  demandsOf,
  type Isolation,
  type IsolationCapabilities,
  type IsolationPlan,
} from '../contracts/isolation.ts'
import { planFor, type SystemPlan } from './isolation-plan.ts'
import { IsolationProbe } from './isolation-probe.ts'

/** How the machine keeps processes apart: by its own tools, namespaces and cgroups, as far as they are there. */
export class SystemIsolation implements Isolation {
  readonly #probe: IsolationProbe
  #capabilities: IsolationCapabilities | undefined

  constructor(cgroup: string | false | undefined) {
    this.#probe = new IsolationProbe(cgroup)
  }

  capabilities(): IsolationCapabilities {
    this.#capabilities ??= Object.freeze(
      Object.fromEntries(DEMANDS.map((demand) => [demand, this.#probe.whyNot(demand) ?? true])),
    ) as IsolationCapabilities
    return this.#capabilities
  }

  plan(command: Command): IsolationPlan {
    const { argv, uid, gid, cgroup, watched, leftOut } = planFor(command, this.#probe)
    const ids = { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
    return { argv, ...ids, cgroup, watched, leftOut }
  }

  /** The whole plan for a command; nothing for one that demands nothing. */
  planned(command: Command): SystemPlan | undefined {
    return demandsOf(command).length === 0 ? undefined : planFor(command, this.#probe)
  }
}
