import { getPriority } from 'node:os'
import type { Command } from '../contracts/command.ts'
import { type Demand, type IsolationPlan, leftOutOf, without } from '../contracts/isolation.ts'
import { ProcessStartError } from '../errors.ts'
import { IsolationError } from '../isolation-error.ts'
import { refuseWhatIsClosed } from './access.ts'
import { type PlannedCgroup, planCgroups } from './cgroup-plan.ts'
import { type Identity, identityOf } from './identity.ts'
import type { IsolationProbe } from './isolation-probe.ts'
import { wrappersFor } from './isolation-wrappers.ts'
import { programOf } from './start-error.ts'
import { findProgram } from './tools.ts'

/** A plan, with what the start needs of it besides. */
export interface SystemPlan extends IsolationPlan {
  /** What stands before the program, without what differs each time. */
  readonly trial: readonly string[]
  readonly cgroups: readonly PlannedCgroup[]
  /** Whether something stays in front of the program, and has its pid. */
  readonly fronted: boolean
  /** Whether its cgroup ends the whole tree. */
  readonly wholeTree: boolean
  readonly memory: number | undefined
  readonly variables: Identity['variables']
  /** Variables that only the program itself gets, and no wrapper before it. */
  readonly withheld: Readonly<Record<string, false>>
}

/**
 * What is done for a command: the program by its path, behind the wrappers that meet its demands.
 *
 * @throws IsolationError, ProcessStartError
 */
export function planFor(command: Command, probe: IsolationProbe): SystemPlan {
  const name = programOf(command)
  const leftOut = leftOutOf(command, (demand) => whyNot(demand, command, probe), refusing(name))
  const kept = 'user' in leftOut ? { ...command, user: undefined, group: undefined } : command
  const spec = without(command.isolation ?? {}, leftOut)
  const identity = identityOf({ ...kept, isolation: spec }, name)
  const program = programFor(command)
  refuseWhatIsClosed(name, program[0] as string, command.cwd, identity)
  const groups = planCgroups(spec, probe.cgroups)
  const wrappers = wrappersFor(spec, identity, groups, probe)
  refuseOtherNames(command, wrappers.argv)
  const late = wrappers.identify ? lateVariables(command) : []
  return {
    argv: [...wrappers.argv, ...lateWrapper(late, probe), ...program],
    ...(wrappers.identify ? {} : idsOf(identity)),
    cgroup: groups.served,
    watched: spec.memory !== undefined && !groups.served.includes('memory') ? ['memory'] : [],
    leftOut,
    trial: wrappers.trial,
    cgroups: groups.cgroups,
    fronted: wrappers.fronted,
    wholeTree: groups.served.includes('wholeTree'),
    memory: spec.memory,
    variables: identity.variables,
    withheld: Object.fromEntries(late.map(([variable]) => [variable, false])),
  }
}

/** What changes how programs are loaded, and would change those that still have our rights. */
const LOADING = /^(LD_|GLIBC_|MALLOC_|GCONV_PATH$|LOCPATH$|NLSPATH$|BASH_ENV$|ENV$)/

function lateVariables({ env }: Command): [string, string][] {
  return Object.entries(env).filter((entry): entry is [string, string] => LOADING.test(entry[0]) && entry[1] !== false)
}

function lateWrapper(late: readonly [string, string][], probe: IsolationProbe): string[] {
  return late.length === 0 ? [] : [probe.tool('env'), ...late.map(([name, value]) => `${name}=${value}`)]
}

/** Why a demand cannot be met for this command. */
function whyNot(demand: Demand, command: Command, probe: IsolationProbe): string | undefined {
  if (demand === 'user' && staysAsWeAre(command)) return undefined
  if (demand === 'nice' && (command.isolation?.nice ?? 0) < getPriority() && !probe.root)
    return 'only root may come before others'
  const reason = probe.whyNot(demand)
  if (demand !== 'processes' || reason) return reason
  const bound = probe.cgroups.some(({ processes }) => processes) || !runsAsRoot(command, probe)
  return bound ? undefined : 'root is not held to it, and no cgroup that could is writable'
}

function staysAsWeAre(command: Command): boolean {
  const { uid, gid } = identityOf({ ...command, isolation: undefined }, programOf(command))
  return (uid ?? process.getuid?.()) === process.getuid?.() && (gid ?? process.getgid?.()) === process.getgid?.()
}

function runsAsRoot(command: Command, probe: IsolationProbe): boolean {
  return (identityOf(command, programOf(command)).uid ?? (probe.root ? 0 : -1)) === 0
}

function refusing(name: string): (demand: Demand, reason: string) => Error {
  return (demand, reason) =>
    demand === 'user'
      ? new ProcessStartError(name, 'EPERM', { detail: reason })
      : new IsolationError(name, demand, reason)
}

function programFor({ line, cwd, options = {} }: Command): readonly string[] {
  if (typeof line !== 'string') return [findProgram(line[0] ?? '', cwd), ...line.slice(1)]
  return [findProgram(options.shell ?? '/bin/sh', cwd), '-c', line]
}

function refuseOtherNames(command: Command, wrappers: readonly string[]): void {
  if (wrappers.length === 0 || command.options?.argv0 === undefined) return
  throw new ProcessStartError(programOf(command), 'EINVAL', {
    detail: 'behind a wrapper no program gets another name: argv0',
  })
}

function idsOf({ uid, gid }: Identity): { uid?: number; gid?: number } {
  return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
}
