/** `rehearsal/contracts`: the promises of a driver, executable with any test runner. */
import { type ContractOptions, registerTopics, type Topic } from './harness.ts'
import { output } from './output.ts'

export { actorCommand, actorText, castActor } from './actor-command.ts'
export type { ContractOptions, Topic } from './harness.ts'

const DRIVER: readonly Topic[] = [output]

/**
 * Registers the contract of a driver.
 *
 * @example driverContract({ test, describe, createDriver: () => new SystemDriver() })
 */
export function driverContract(options: ContractOptions): void {
  registerTopics(DRIVER, options)
}
