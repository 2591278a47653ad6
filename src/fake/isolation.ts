import type { Command } from '../contracts/command.ts'
import {
  DEMANDS,
  type Demand,
  demandsOf,
  type Isolation,
  type IsolationCapabilities,
  type IsolationPlan,
  type IsolationSpec,
  leftOutOf,
  without,
} from '../contracts/isolation.ts'
import { NotFakeableError } from '../errors.ts'
import { IsolationError } from '../isolation-error.ts'
import { Cage } from './cage.ts'
import { nameOf } from './refusals.ts'

/** What the machine of a rehearsal cannot do, with the reasons: all else it can. */
export type Lacks = Readonly<Partial<Record<Demand, string>>>

/** How a rehearsal keeps processes apart: what a scenario does is held to the limits, and who runs it is told to it. */
export class FakeIsolation implements Isolation {
  readonly #lacks: Lacks

  constructor(lacks: Lacks = {}) {
    this.#lacks = lacks
  }

  capabilities(): IsolationCapabilities {
    return Object.fromEntries(DEMANDS.map((demand) => [demand, this.#lacks[demand] ?? true])) as IsolationCapabilities
  }

  plan(command: Command): IsolationPlan {
    const leftOut = this.#leftOut(command)
    const { line } = command
    const argv = typeof line === 'string' ? [command.options?.shell ?? '/bin/sh', '-c', line] : line
    return { argv, cgroup: [], watched: [], leftOut }
  }

  /**
   * The command as it can be rehearsed: without what was only preferred and is not there.
   *
   * @throws IsolationError for a demand that cannot be met.
   */
  admit(command: Command): Command {
    if (demandsOf(command).length === 0) return command
    const leftOut = this.#leftOut(command)
    refuseWhatNobodySees(command)
    const isolation = without(command.isolation ?? {}, leftOut)
    return 'user' in leftOut ? { ...command, isolation, user: undefined, group: undefined } : { ...command, isolation }
  }

  #leftOut(command: Command): Partial<Record<Demand, string>> {
    const refuse = (demand: Demand, reason: string) => new IsolationError(nameOf(command), demand, reason)
    return leftOutOf(command, (demand) => this.#lacks[demand], refuse)
  }
}

/** The cage of a process to be; none where it demands nothing that one could hold it to. */
export function cageFor({ isolation }: Command): Cage | undefined {
  return isolation && HELD.some((demand) => isolation[demand]) ? new Cage(isolation) : undefined
}

const HELD = [
  'memory',
  'cpuTime',
  'processes',
  'fileSize',
  'wholeTree',
  'dieWithParent',
  'readOnly',
] as const satisfies readonly (keyof IsolationSpec)[]

// What comes through a pipe is written by nobody who could be told that it is too much.
function refuseWhatNobodySees(command: Command): void {
  const toFile = [command.stdout, command.stderr].some((to) => typeof to === 'object' && 'file' in to)
  if (!toFile || !command.isolation?.fileSize) return
  throw new NotFakeableError(`Cannot rehearse "${nameOf(command)}": its output goes to a file whose size is limited`)
}
