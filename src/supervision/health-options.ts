import { type Duration, type Size, toMilliseconds } from '../duration.ts'
import { type Known, refuseUnknown } from '../known-options.ts'
import { type CpuLimit, cpuLimit, memoryLimit } from '../monitoring/limits.ts'
import { Threshold } from '../monitoring/threshold.ts'
import { bad, positive } from './policy-options.ts'
import { checkProbe, type Probe } from './probe.ts'

/** When a process counts as hung. Each that is given is looked at, from the moment on at which it is ready. */
export interface HangOptions {
  /** It has written nothing for so long. */
  readonly silence?: Duration
  /** A line of its output that it has to write again and again, or a file that it has to touch, and how often. */
  readonly heartbeat?: { readonly output: string | RegExp; readonly within: Duration } | FileHeartbeat
  /** A probe that fails again and again. */
  readonly probe?: ProbeOptions
  /** It runs for longer than this. */
  readonly limit?: Duration
  /** It has used no processor time, and neither read nor written anything, for so long. For those that are never idle. */
  readonly noProgress?: Duration
}

/** A file that it touches, at least once within so long. */
export interface FileHeartbeat {
  readonly file: string
  readonly within: Duration
}

/** How a process is probed. */
export interface ProbeOptions {
  readonly probe: Probe
  /** How often; every `10s` unless given. */
  readonly every?: Duration
  /** How long a probe may take; `1s` unless given. */
  readonly timeout?: Duration
  /** How many have to fail in a row; 3 unless given. */
  readonly failures?: number
}

/** How much memory a process may hold, or how much of a core it may use, and for how long. */
export interface LimitOptions<Amount> {
  readonly limit: Amount
  /** How often it is looked at; every second unless given. */
  readonly every?: Duration
  /** How many looks in a row have to be over it; 3 unless given. */
  readonly samples?: number
  /** How long after its start it may use what it likes; no time unless given. */
  readonly grace?: Duration
  /** How far below the limit, as a share of it, it is well again; 0.1 unless given. */
  readonly hysteresis?: number
}

const hangOptions: Known<HangOptions> = { silence: true, heartbeat: true, probe: true, limit: true, noProgress: true }
const probeOptions: Known<ProbeOptions> = { probe: true, every: true, timeout: true, failures: true }
const limitOptions: Known<LimitOptions<unknown>> = {
  limit: true,
  every: true,
  samples: true,
  grace: true,
  hysteresis: true,
}

/** The same, checked, in milliseconds and bytes. */
export interface HangSpec {
  readonly silence: number | undefined
  readonly heartbeat: { readonly within: number; readonly output?: string | RegExp; readonly file?: string } | undefined
  readonly probe: { readonly probe: Probe; every: number; timeout: number; failures: number } | undefined
  readonly limit: number | undefined
  readonly noProgress: number | undefined
}

export interface LimitSpec {
  readonly limit: number
  readonly every: number
  readonly samples: number
  readonly grace: number
  readonly hysteresis: number
}

/** @throws TypeError that names a value which means nothing. */
export function hangSpec(options: HangOptions): HangSpec {
  refuseUnknown(options, hangOptions, 'look for hanging')
  const { silence, heartbeat, probe, limit, noProgress } = options
  if ([silence, heartbeat, probe, limit, noProgress].every((one) => one === undefined))
    throw bad(options, 'hang', 'silence, heartbeat, probe, limit or noProgress')
  return {
    silence: silence === undefined ? undefined : positive(silence, 'hang.silence'),
    heartbeat: heartbeat && { ...heartbeat, within: positive(heartbeat.within, 'hang.heartbeat.within') },
    probe: probe && probeSpec(probe),
    limit: limit === undefined ? undefined : positive(limit, 'hang.limit'),
    noProgress: noProgress === undefined ? undefined : positive(noProgress, 'hang.noProgress'),
  }
}

/**
 * The limit of memory in bytes.
 *
 * @throws TypeError, BadThresholdError for one that could never be reached, or always would be.
 */
export function memorySpec(options: Size | LimitOptions<Size>): LimitSpec {
  return limitSpec('memory', typeof options === 'object' ? options : { limit: options }, memoryLimit)
}

/** The limit of processor time, 1 being one core. Throws as `memorySpec` does. */
export function cpuSpec(options: CpuLimit | LimitOptions<CpuLimit>): LimitSpec {
  return limitSpec('cpu', typeof options === 'object' ? options : { limit: options }, cpuLimit)
}

function limitSpec<T>(of: 'memory' | 'cpu', options: LimitOptions<T>, toNumber: (limit: T) => number): LimitSpec {
  refuseUnknown(options, limitOptions, `limit ${of}`)
  const spec = {
    limit: toNumber(options.limit),
    every: positive(options.every ?? 1000, 'every'),
    samples: options.samples ?? 3,
    grace: toMilliseconds(options.grace ?? 0),
    hysteresis: options.hysteresis ?? 0.1,
  }
  new Threshold(of, spec.limit, spec)
  return spec
}

function probeSpec(options: ProbeOptions): HangSpec['probe'] {
  refuseUnknown(options, probeOptions, 'probe for hanging')
  const { probe, every = 10_000, timeout = 1000, failures = 3 } = options
  checkProbe(probe)
  if (!(Number.isInteger(failures) && failures > 0)) throw bad(failures, 'failures', 'a whole number from 1 on')
  return { probe, every: positive(every, 'every'), timeout: positive(timeout, 'timeout'), failures }
}
