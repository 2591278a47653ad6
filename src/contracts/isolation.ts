import type { Command } from './command.ts'

/** A limit of the system: `soft` is what a process runs into, and may raise by itself up to `hard`. */
export interface SoftHard {
  readonly soft: number
  readonly hard: number
}

/** The limits that a process of its own may be held to. */
export interface LimitSpec {
  /** Bytes that the process and all that it starts hold together. Whoever exceeds it is killed, with all of them. */
  readonly memory?: number
  /** Seconds of processor time of each process: XCPU at `soft`, KILL at `hard`. */
  readonly cpuTime?: SoftHard
  /** Descriptors that each process may have open. */
  readonly openFiles?: SoftHard
  /** How many there may be of them, threads counted; where no cgroup can tell, of all that run as the same user. */
  readonly processes?: SoftHard
  /** Bytes of a file that is written. */
  readonly fileSize?: SoftHard
  /** Bytes of a core file. */
  readonly core?: SoftHard
}

/** What a command demands to be kept apart from, as frozen plain data. Who it runs as is said by the command itself. */
export interface IsolationSpec extends LimitSpec {
  /** The supplementary groups, by name or id; `'own'` for those that its user has. */
  readonly supplementaryGroups?: readonly (string | number)[] | 'own'
  /** How far others come first, from -20 to 19. */
  readonly nice?: number
  /** The permissions that files it makes do not get. */
  readonly umask?: number
  /** Nothing that it executes gains rights: setuid programs run as their caller. */
  readonly noNewPrivileges?: boolean
  /** It dies, with all that it started, when we do, however we end. */
  readonly dieWithParent?: boolean
  /** Its end is the end of all that it started, also of what has left its group. */
  readonly wholeTree?: boolean
  /** It sees no network but a loopback of its own. */
  readonly privateNetwork?: boolean
  /** It may write only below these folders. */
  readonly readOnly?: { readonly writable: readonly string[] }
  /** The demands that are left out where they cannot be met, instead of failing the start. */
  readonly prefer?: readonly Demand[]
}

/** All that can be demanded, in the order in which capabilities are listed. */
export const DEMANDS = [
  'user',
  'supplementaryGroups',
  'memory',
  'cpuTime',
  'openFiles',
  'processes',
  'fileSize',
  'core',
  'nice',
  'umask',
  'noNewPrivileges',
  'dieWithParent',
  'wholeTree',
  'privateNetwork',
  'readOnly',
] as const

/** One of the things that can be insisted on. */
export type Demand = (typeof DEMANDS)[number]

/** What can be met here: `true`, or the reason why not in words. */
export type IsolationCapabilities = Readonly<Record<Demand, true | string>>

/** What a driver is going to do for a command. */
export interface IsolationPlan {
  /** What is executed: every wrapper with its arguments, then the program by its path, and its own arguments. */
  readonly argv: readonly string[]
  /** The ids that the system itself starts it with; absent where a wrapper changes them, or nothing does. */
  readonly uid?: number
  readonly gid?: number
  /** What a cgroup of its own does for it. */
  readonly cgroup: readonly Demand[]
  /** What nothing enforces by itself: it is looked at from time to time while the process runs. */
  readonly watched: readonly Demand[]
  /** What was only preferred, and cannot be met here: the reason for each. */
  readonly leftOut: Readonly<Partial<Record<Demand, string>>>
}

/** How a driver keeps processes apart. */
export interface Isolation {
  /** What it can do. Looked at once. */
  capabilities(): IsolationCapabilities
  /**
   * What it would do for a command. Nothing is started.
   *
   * @throws IsolationError for a demand that cannot be met, ProcessStartError for a program or a user that is not there.
   */
  plan(command: Command): IsolationPlan
}

const NOTHING: readonly Demand[] = []

/** The demands of a command. */
export function demandsOf({
  user,
  group,
  isolation,
}: Pick<Command, 'user' | 'group' | 'isolation'>): readonly Demand[] {
  const changes = user !== undefined || group !== undefined
  // Most commands demand nothing, and every start asks.
  if (!changes && isolation === undefined) return NOTHING
  return DEMANDS.filter((demand) => (demand === 'user' ? changes : isDemanded(isolation?.[demand])))
}

/** The demands of an isolation that whoever cannot meet them must refuse; who it runs as is another matter. */
export function insistedOn(isolation: IsolationSpec | undefined): readonly Demand[] {
  const { prefer = [] } = isolation ?? {}
  return demandsOf({ isolation }).filter((demand) => !prefer.includes(demand))
}

function isDemanded(value: unknown): boolean {
  return value !== undefined && value !== false
}

/** The demands of a command that cannot be met and were only preferred, with the reasons. */
export function leftOutOf(
  command: Pick<Command, 'user' | 'group' | 'isolation'>,
  whyNot: (demand: Demand) => string | undefined,
  refuse: (demand: Demand, reason: string) => Error,
): Partial<Record<Demand, string>> {
  const { prefer = [] } = command.isolation ?? {}
  const leftOut: Partial<Record<Demand, string>> = {}
  for (const demand of demandsOf(command)) {
    const reason = whyNot(demand)
    if (reason === undefined) continue
    if (!prefer.includes(demand)) throw refuse(demand, reason)
    leftOut[demand] = reason
  }
  return leftOut
}

/** An isolation without some of its demands. */
export function without(isolation: IsolationSpec, demands: Readonly<Partial<Record<Demand, string>>>): IsolationSpec {
  return Object.fromEntries(Object.entries(isolation).filter(([demand]) => !(demand in demands)))
}
