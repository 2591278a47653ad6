/// <reference types="node" preserve="true" />
/** `rehearsal/contracts`: the promises of a driver, executable with any test runner. */
import { alarms } from './alarms.ts'
import { backPressure } from './back-pressure.ts'
import { background } from './background.ts'
import { badInput } from './bad-input.ts'
import { cancel } from './cancel.ts'
import { clock } from './clock.ts'
import { confinement } from './confinement.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { exit } from './exit.ts'
import { files } from './files.ts'
import { freezing } from './freezing.ts'
import { groupReadiness } from './group-readiness.ts'
import { groups } from './groups.ts'
import { type ContractOptions, registerTopics, type Topic } from './harness.ts'
import { idleTimeouts } from './idle-timeouts.ts'
import { input } from './input.ts'
import { isolation } from './isolation.ts'
import { isolationLimits } from './isolation-limits.ts'
import { lateStages } from './late-stages.ts'
import { ledgers } from './ledgers.ts'
import { listeners } from './listeners.ts'
import { manager } from './manager.ts'
import { monitoredLimits } from './monitored-limits.ts'
import { monitors } from './monitors.ts'
import { openFiles } from './open-files.ts'
import { output } from './output.ts'
import { ownStreams } from './own-streams.ts'
import { pipelineVerdicts } from './pipeline-verdicts.ts'
import { pipelines } from './pipelines.ts'
import { poolEndings } from './pool-endings.ts'
import { pools } from './pools.ts'
import { ports } from './ports.ts'
import { processTable } from './process-table.ts'
import { reading } from './reading.ts'
import { recovery } from './recovery.ts'
import { retries } from './retries.ts'
import { samples } from './samples.ts'
import { schedules } from './schedules.ts'
import { signals } from './signals.ts'
import { start } from './start.ts'
import { stop } from './stop.ts'
import { timeouts } from './timeouts.ts'
import { tree } from './tree.ts'
import { unattended } from './unattended.ts'
import { usage } from './usage.ts'

export { actorCommand, actorText, castActor } from './actor-command.ts'
export type { CaseBody, ContractOptions, Needs, Register, Stage, Topic } from './harness.ts'
export type { QueueContractOptions, QueueStage } from './queue-harness.ts'
export { queueContract } from './queue-store.ts'
export { type StoreContractOptions, type StoreStage, storeContract } from './schedule-store.ts'

const DRIVER: readonly Topic[] = [
  start,
  output,
  input,
  backPressure,
  ownStreams,
  reading,
  files,
  openFiles,
  exit,
  badInput,
  errors,
  clock,
  alarms,
  background,
  timeouts,
  idleTimeouts,
  cancel,
  retries,
  pipelines,
  pipelineVerdicts,
  lateStages,
  signals,
  freezing,
  pools,
  poolEndings,
  stop,
  tree,
  isolation,
  confinement,
  isolationLimits,
  processTable,
  unattended,
  usage,
  samples,
  monitors,
  monitoredLimits,
  manager,
  schedules,
  ports,
  groups,
  ledgers,
  groupReadiness,
  recovery,
  events,
  listeners,
]

/**
 * Registers the contract of a driver.
 *
 * @example driverContract({ test, describe, createDriver: () => new SystemDriver() })
 */
export function driverContract(options: ContractOptions): void {
  registerTopics(DRIVER, options)
}

/**
 * Registers the contract of a driver's clock alone, for those who bring another one.
 *
 * @example clockContract({ test, describe, createDriver: () => new FakeDriver({ cast }) })
 */
export function clockContract(options: ContractOptions): void {
  registerTopics([clock, alarms, background], options)
}
