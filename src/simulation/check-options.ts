import { type Known, refuseUnknown } from '../known-options.ts'
import type { Invariant } from './invariant.ts'
import type { SimulationOptions } from './options.ts'
import type { SimulationScenario } from './run.ts'
import { FAULT_NAMES, type FaultChoice } from './swarm.ts'

/**
 * Refuses what cannot be simulated, before anything is.
 *
 * @throws TypeError, RangeError that names the value.
 */
export function checkOptions(options: SimulationOptions): void {
  refuseUnknown(options, simulationOptions, 'simulate')
  const { seed = 1, runs = 100, shrinkRuns = 500, faults = 'all', invariants = [], scenario, onRun } = options
  checkCount('seed', seed, 0)
  checkCount('runs', runs, 1)
  checkCount('shrinkRuns', shrinkRuns, 0)
  checkFaults(faults)
  checkInvariants(invariants)
  if (scenario !== undefined) checkScenario(scenario)
  if (onRun !== undefined && typeof onRun !== 'function') throw bad(onRun, 'as onRun', 'a function')
  for (const name of ['globals', 'twice', 'timeline'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'boolean') throw bad(value, `as ${name}`, 'true or false')
  }
}

const simulationOptions: Known<SimulationOptions> = {
  seed: true,
  runs: true,
  duration: true,
  recovery: true,
  endWithin: true,
  faults: true,
  programs: true,
  invariants: true,
  files: true,
  globals: true,
  scenario: true,
  twice: true,
  timeline: true,
  shrinkRuns: true,
  onRun: true,
}

const scenarioParts: Known<SimulationScenario> = {
  seed: true,
  duration: true,
  recovery: true,
  picks: true,
  faults: true,
}

function checkCount(name: string, value: number, least: number): void {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new RangeError(`Cannot simulate with ${name} ${show(value)}: a whole number from ${least} on is expected`)
}

function checkFaults(choice: FaultChoice): void {
  if (choice === 'all' || choice === 'none') return
  if (!isObject(choice)) throw bad(choice, 'as faults', '"all", "none", a list of names, or probabilities by name')
  if (Array.isArray(choice)) return choice.forEach(checkFault)
  for (const [name, probability] of Object.entries(choice)) {
    checkFault(name)
    if (!(typeof probability === 'number' && probability >= 0 && probability <= 1))
      throw new RangeError(`Cannot simulate "${name}" with probability ${show(probability)}: it is from 0 to 1`)
  }
}

function checkFault(name: unknown): void {
  if ((FAULT_NAMES as readonly unknown[]).includes(name)) return
  throw new TypeError(`Cannot simulate the fault ${show(name)}: the faults are ${FAULT_NAMES.join(', ')}`)
}

function checkInvariants(invariants: readonly Invariant[]): void {
  if (!Array.isArray(invariants)) throw bad(invariants, 'as invariants', 'a list')
  for (const one of invariants) {
    const isOne = isObject(one) && typeof one.name === 'string' && typeof one.watch === 'function'
    if (!isOne) throw bad(one, 'as an invariant', 'what invariant() gives, or { name, watch }')
  }
}

function checkScenario(scenario: SimulationScenario): void {
  refuseUnknown(scenario, scenarioParts, 'simulate a scenario')
  const { seed, duration = 0, recovery = 0, picks = {}, faults = [] } = scenario
  checkCount('scenario.seed', seed, 0)
  for (const [name, ms] of Object.entries({ duration, recovery })) {
    if (!(Number.isFinite(ms) && ms >= 0)) throw bad(ms, `as scenario.${name}`, 'milliseconds')
  }
  if (!isObject(picks) || !Object.values(picks).every(Number.isFinite))
    throw bad(picks, 'as scenario.picks', 'numbers by name')
  if (!Array.isArray(faults)) throw bad(faults, 'as scenario.faults', 'a list')
  for (const one of faults) {
    if (!isObject(one)) throw bad(one, 'as a fault', '{ fault, … }')
    checkFault(one.fault)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function bad(value: unknown, what: string, expected: string): TypeError {
  return new TypeError(`Cannot simulate with ${show(value)} ${what}: expected ${expected}`)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
