import { DEMANDS, type Demand, type IsolationSpec, type LimitSpec, type SoftHard } from './contracts/isolation.ts'
import { type Duration, type Size, toBytes, toMilliseconds } from './duration.ts'
import { checkEnvironment, type EnvironmentRule } from './isolation-environment.ts'
import { shown } from './shown.ts'

/** A limit: what a process runs into, and may raise by itself up to `hard`. One value is both. */
export type Limit<Value> = Value | { readonly soft: Value; readonly hard: Value }

/** What a process, and what it starts, may take of the machine. */
export interface ResourceLimits {
  /** What the process and all that it starts hold together. */
  readonly memory?: Size
  /** Processor time of each process, in whole seconds: XCPU first, and KILL a second later unless `hard` says when. */
  readonly cpuTime?: Limit<Duration>
  /** Descriptors that each may have open. */
  readonly openFiles?: Limit<number>
  /** How many of them there may be, threads counted. */
  readonly processes?: Limit<number>
  /** The size of a file that is written. */
  readonly fileSize?: Limit<Size>
  /** The size of a core file; 0 for none. */
  readonly core?: Limit<Size>
}

/** How a process is kept apart, in one object. See `ProcessIsolation` for what each one does. */
export interface IsolationOptions {
  readonly user?: string | number
  readonly group?: string | number
  readonly supplementaryGroups?: readonly (string | number)[] | 'own'
  readonly workingDirectory?: string
  readonly environment?: EnvironmentRule
  readonly limits?: ResourceLimits
  readonly nice?: number
  readonly umask?: number
  readonly noNewPrivileges?: boolean
  readonly dieWithParent?: boolean
  readonly wholeTree?: boolean
  readonly privateNetwork?: boolean
  readonly readOnly?: boolean | { readonly writable?: readonly string[] }
  /** The demands that are left out where they cannot be met; `true` for all of them. */
  readonly prefer?: readonly Demand[] | true
}

/** Whatever knows how a process is to be kept apart: a `ProcessIsolation`. */
export interface Isolating {
  readonly options: IsolationOptions
}

const KNOWN: Readonly<Record<keyof IsolationOptions, true>> = {
  user: true,
  group: true,
  supplementaryGroups: true,
  workingDirectory: true,
  environment: true,
  limits: true,
  nice: true,
  umask: true,
  noNewPrivileges: true,
  dieWithParent: true,
  wholeTree: true,
  privateNetwork: true,
  readOnly: true,
  prefer: true,
}

/**
 * Options in either form, checked.
 *
 * @throws TypeError that names a value which means nothing.
 */
export function isolationOptions(from: IsolationOptions | Isolating): IsolationOptions {
  const options = 'options' in from ? from.options : from
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, name)) refuse(name, 'an isolation', `known are ${Object.keys(KNOWN).join(', ')}`)
  }
  const { user, group, workingDirectory, environment } = options
  if (user !== undefined) identity('user', user)
  if (group !== undefined) identity('group', group)
  if (workingDirectory !== undefined) checkPath(workingDirectory, 'the folder')
  if (environment !== undefined) checkEnvironment(environment)
  isolationSpec(options)
  return options
}

/**
 * What of the options a driver has to enforce.
 *
 * @throws TypeError that names a value which means nothing.
 */
export function isolationSpec(options: IsolationOptions): IsolationSpec {
  const { supplementaryGroups, nice, umask, noNewPrivileges, dieWithParent, wholeTree, privateNetwork } = options
  return Object.freeze({
    ...limitSpec(options.limits ?? {}),
    ...(supplementaryGroups === undefined ? {} : { supplementaryGroups: checkGroups(supplementaryGroups) }),
    ...(nice === undefined ? {} : { nice: whole(nice, 'a nice value', -20, 19) }),
    ...(umask === undefined ? {} : { umask: whole(umask, 'a umask', 0, 0o777) }),
    ...flag('noNewPrivileges', noNewPrivileges),
    ...flag('dieWithParent', dieWithParent),
    ...flag('wholeTree', wholeTree),
    ...flag('privateNetwork', privateNetwork),
    ...readOnlySpec(options.readOnly),
    ...(options.prefer === undefined ? {} : { prefer: checkDemands(options.prefer) }),
  })
}

/** A user or a group, by name or id. */
export function identity(what: string, value: string | number): string | number {
  const known = typeof value === 'number' ? Number.isInteger(value) && value >= 0 : /^[^\s:\0]+$/.test(value)
  if (!known) throw new TypeError(`Cannot run as the ${what} ${shown(value)}: expected a name or an id`)
  return value
}

const LIMITS: { readonly [Name in keyof ResourceLimits]-?: (value: NonNullable<ResourceLimits[Name]>) => unknown } = {
  memory: (value) => positive(toBytes(value), value, 'the limit memory'),
  cpuTime: (value) => cpuTime(value),
  openFiles: (value) => softHard(value, (one) => whole(one, 'the limit openFiles', 0)),
  processes: (value) => softHard(value, (one) => whole(one, 'the limit processes', 1)),
  fileSize: (value) => softHard(value, toBytes),
  core: (value) => softHard(value, toBytes),
}

function limitSpec(limits: ResourceLimits): LimitSpec {
  const entries = Object.entries(limits).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, limitOf(name, value)]))
}

function limitOf(name: string, value: unknown): unknown {
  if (!Object.hasOwn(LIMITS, name)) refuse(name, 'a limit', `known are ${Object.keys(LIMITS).join(', ')}`)
  return (LIMITS[name as keyof ResourceLimits] as (value: unknown) => unknown)(value)
}

function cpuTime(value: Limit<Duration>): SoftHard {
  const seconds = (time: Duration): number =>
    Math.ceil(positive(toMilliseconds(time), time, 'the limit cpuTime') / 1000)
  if (isPair(value)) return softHard(value, seconds)
  const soft = seconds(value)
  return Object.freeze({ soft, hard: soft + 1 })
}

function softHard<Value>(value: Limit<Value>, toNumber: (one: Value) => number): SoftHard {
  const [soft, hard] = isPair(value) ? [toNumber(value.soft), toNumber(value.hard)] : [toNumber(value), toNumber(value)]
  if (soft > hard) refuse(value, 'a limit', 'its soft value is above its hard one')
  return Object.freeze({ soft, hard })
}

function isPair<Value>(value: Limit<Value>): value is { readonly soft: Value; readonly hard: Value } {
  return typeof value === 'object' && value !== null && 'soft' in value && 'hard' in value
}

function checkGroups(groups: readonly (string | number)[] | 'own'): readonly (string | number)[] | 'own' {
  return groups === 'own' ? groups : Object.freeze(groups.map((group) => identity('group', group)))
}

function checkDemands(prefer: readonly Demand[] | true): readonly Demand[] {
  if (prefer === true) return DEMANDS
  for (const one of prefer) {
    if (!DEMANDS.includes(one)) refuse(one, 'a demand', `known are ${DEMANDS.join(', ')}`)
  }
  return Object.freeze([...prefer])
}

function flag(name: string, value: unknown): Readonly<Record<string, boolean>> {
  if (value === undefined) return {}
  if (typeof value !== 'boolean') refuse(value, name, 'expected true or false')
  return { [name]: value as boolean }
}

function readOnlySpec(readOnly: IsolationOptions['readOnly']): Pick<IsolationSpec, 'readOnly'> {
  if (readOnly === undefined || readOnly === false) return {}
  const writable = readOnly === true ? [] : (readOnly.writable ?? [])
  for (const folder of writable) checkPath(folder, 'a writable folder')
  return { readOnly: Object.freeze({ writable: Object.freeze([...writable]) }) }
}

function checkPath(path: unknown, what: string): void {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) refuse(path, what, 'expected a path')
}

function positive(amount: number, value: unknown, what: string): number {
  if (amount <= 0) refuse(value, what, 'expected more than nothing')
  return amount
}

function whole(value: number, what: string, least: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    const upTo = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`
    refuse(value, what, `expected a whole number from ${least} ${upTo}`)
  }
  return value
}

function refuse(value: unknown, what: string, state: string): never {
  const shown = typeof value === 'number' ? String(value) : JSON.stringify(value)
  throw new TypeError(`Cannot use ${shown} as ${what}: ${state}`)
}
