import { type Signal, toSignal } from '../contracts/signals.ts'
import { type Duration, type Size, toMilliseconds } from '../duration.ts'
import type { Known } from '../known-options.ts'
import type { CpuLimit } from '../monitoring/limits.ts'
import {
  cpuSpec,
  type HangOptions,
  type HangSpec,
  hangSpec,
  type LimitOptions,
  type LimitSpec,
  memorySpec,
} from './health-options.ts'
import { defaultPolicy, type RestartPolicy } from './policy.ts'
import { bad, type PolicyOptions, policyOptions, policyWith, positive } from './policy-options.ts'
import { checkReadiness, type Readiness } from './readiness.ts'

/** What another slot must be for this one to be started. */
export type Condition = 'started' | 'ready' | 'done' | 'succeeded'

/** How one member of a group is looked after. */
export interface SlotOptions extends PolicyOptions {
  /** Who it comes after: by name, or with what they must be; `ready` unless given. */
  readonly after?: string | readonly string[] | Readonly<Record<string, Condition>>
  /** By what it shows that it is ready; ready as soon as it is started unless given. */
  readonly ready?: Readiness
  /** How long it may take to be ready; a minute unless given. Then it has failed. */
  readonly readyTimeout?: Duration
  /** What it is asked to stop with, and how long it may take to obey. */
  readonly stopSignal?: Signal | number
  readonly graceTime?: Duration
  /** How long it may run; for ever unless given, or unless its pending process says so. */
  readonly timeout?: Duration
  /** As many of it run; 1 unless given. */
  readonly instances?: number
  /** When it counts as hung, and is started again. */
  readonly hang?: HangOptions
  /** How much memory it may hold, in bytes, before it is started again. */
  readonly maxMemory?: Size | LimitOptions<Size>
  /** How much of a core it may use, 1 being one core, before it is started again. */
  readonly maxCpu?: CpuLimit | LimitOptions<CpuLimit>
}

/** Those that a group may have for all its members. */
export type CareOptions = PolicyOptions &
  Pick<SlotOptions, 'stopSignal' | 'graceTime' | 'timeout' | 'hang' | 'maxMemory' | 'maxCpu'>

/** The names of all that a group may have for its members. */
export const careOptions: Known<CareOptions> = {
  ...policyOptions,
  stopSignal: true,
  graceTime: true,
  timeout: true,
  hang: true,
  maxMemory: true,
  maxCpu: true,
}

/** The names of all that a member may have. */
export const slotOptions: Known<SlotOptions> = {
  after: true,
  ready: true,
  readyTimeout: true,
  instances: true,
  ...careOptions,
}

/** How a process is ended: what nobody has said is as its command says. */
export interface Ending {
  readonly stopSignal: Signal | undefined
  readonly graceTime: number | undefined
  readonly timeout: number | undefined
}

/** `CareOptions`, checked, and in milliseconds. */
export interface Care extends Ending {
  readonly policy: RestartPolicy
  readonly hang: HangSpec | undefined
  readonly maxMemory: LimitSpec | undefined
  readonly maxCpu: LimitSpec | undefined
}

/** `SlotOptions`, checked, and in milliseconds. */
export interface SlotSpec extends Care {
  readonly after: ReadonlyMap<string, Condition>
  readonly ready: Readiness | undefined
  readonly readyTimeout: number
  readonly instances: number
}

/** All of them. */
export const conditions: readonly Condition[] = ['started', 'ready', 'done', 'succeeded']

/** Of those who say nothing. */
export const defaultCare: Care = Object.freeze({
  policy: defaultPolicy,
  stopSignal: undefined,
  graceTime: undefined,
  timeout: undefined,
  hang: undefined,
  maxMemory: undefined,
  maxCpu: undefined,
})

/**
 * Checks the options of a member. What they leave out is as its group says.
 *
 * @throws TypeError that names a value which means nothing.
 */
export function specOf(options: SlotOptions, group: Care): SlotSpec {
  const { ready, readyTimeout, instances = 1 } = options
  if (!(Number.isInteger(instances) && instances >= 0)) throw bad(instances, 'instances', 'a whole number from 0 on')
  if (ready !== undefined) checkReadiness(ready)
  return {
    after: conditionsOf(options.after ?? []),
    ready,
    readyTimeout: positive(readyTimeout ?? 60_000, 'readyTimeout'),
    instances,
    ...careOf(options, group),
  }
}

/**
 * Checks what a member and a group may say alike. How it is ended is only what the options themselves say: before what a group
 * says comes what a command has been told.
 *
 * @throws TypeError that names a value which means nothing.
 */
export function careOf(options: CareOptions, group: Care): Care {
  const { stopSignal, graceTime, timeout, hang, maxMemory, maxCpu } = options
  return {
    policy: policyWith(options, group.policy),
    stopSignal: stopSignal === undefined ? undefined : toSignal(stopSignal),
    graceTime: graceTime === undefined ? undefined : toMilliseconds(graceTime),
    timeout: timeout === undefined ? undefined : positive(timeout, 'timeout'),
    hang: hang === undefined ? group.hang : hangSpec(hang),
    maxMemory: maxMemory === undefined ? group.maxMemory : memorySpec(maxMemory),
    maxCpu: maxCpu === undefined ? group.maxCpu : cpuSpec(maxCpu),
  }
}

/**
 * Who it comes after, each with what they must be.
 *
 * @throws TypeError for a condition that is none.
 */
export function conditionsOf(after: NonNullable<SlotOptions['after']>): ReadonlyMap<string, Condition> {
  if (typeof after === 'string') return new Map([[after, 'ready']])
  if (Array.isArray(after)) return new Map(after.map((name: string) => [name, 'ready']))
  for (const condition of Object.values(after as Record<string, Condition>)) {
    if (!conditions.includes(condition)) throw bad(condition, 'a condition', conditions.join(', '))
  }
  return new Map(Object.entries(after as Record<string, Condition>))
}
