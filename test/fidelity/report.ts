import type { Scenario } from '../../src/contracts/scenario.ts'
import type { Act, Case } from './case.ts'
import { LINE } from './draw-programs.ts'
import type { Finding } from './hunt.ts'
import { difference } from './trace.ts'

/** A case as a person reads it. */
export function described({ way, stages, choices, moments }: Case): string {
  const how = { handle: 'at the driver', start: 'by start', run: 'by run' }[way]
  const programs = stages.map((scenario, index) => `  program ${index + 1}: ${stepsOf(scenario)}`)
  const acts = moments.map((some, index) => `  moment ${index}: ${some.length === 0 ? 'nothing' : listed(some)}`)
  return [
    `started ${how}${Object.keys(choices).length === 0 ? '' : ` with ${plain(choices)}`}`,
    ...programs,
    ...acts,
  ].join('\n')
}

/** A divergence: how to see it again, the case, and what is different. */
export function report(command: string, { piece, kinds, real, expected }: Finding): string {
  const times = kinds.filter((kind) => kind === 'diverged').length
  return [
    `DIVERGED ${times} of ${kinds.length} times: ${command}`,
    described(piece),
    difference(real, expected[0] ?? []),
    `as data: ${plain(piece)}`,
  ].join('\n')
}

function stepsOf(scenario: Scenario): string {
  return scenario.length === 0 ? 'nothing' : listed(scenario)
}

function listed(some: readonly (Act | Scenario[number])[]): string {
  return some.map(plain).join(', ')
}

// JSON without the quotes around keys, and with a name for what nobody wants to read.
function plain(some: unknown): string {
  return JSON.stringify(some)
    .replaceAll(JSON.stringify(LINE), 'LINE')
    .replaceAll(/"(\w+)":/g, '$1: ')
    .replaceAll(/,(?=["{[\w])/g, ', ')
}
