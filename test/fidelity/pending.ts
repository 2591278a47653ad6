import type { Scenario } from '../../src/contracts/scenario.ts'
import type { PendingProcess, ProcessFactory } from '../../src/index.ts'
import { type Choices, GRACE } from './case.ts'
import { actorCommand } from './subject.ts'

/** A command that performs a scenario, with all that its caller says beforehand. */
export function pendingFor(factory: ProcessFactory, scenario: Scenario, choices: Choices): PendingProcess {
  const { timeout, idleTimeout, stopSignal, most, input } = choices
  let pending = factory.command(actorCommand(scenario)).graceTime(GRACE).forever()
  if (timeout !== undefined) pending = pending.timeout(timeout)
  if (idleTimeout !== undefined) pending = pending.idleTimeout(idleTimeout)
  if (stopSignal !== undefined) pending = pending.stopSignal(stopSignal)
  if (most !== undefined) pending = pending.maxOutput(most.bytes, { onOverflow: most.onOverflow, keep: most.keep })
  return input === undefined ? pending : pending.input(input)
}
