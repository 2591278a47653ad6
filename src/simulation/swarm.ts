import { Dice, seedFor } from './dice.ts'
import type { Fault, FaultName, MachineFaultName, ProcessFaultName } from './fault.ts'
import { MACHINE_FAULTS } from './machine-faults.ts'
import { PROCESS_FAULTS } from './process-faults.ts'

/** Which faults there may be: all, none, some by name, or each with its own probability. */
export type FaultChoice = 'all' | 'none' | readonly FaultName[] | Partial<Readonly<Record<FaultName, number>>>

/** How probable each fault is in one run. What is absent does not happen. */
export type Probabilities = ReadonlyMap<FaultName, number>

/** The name of every fault. */
export const FAULT_NAMES: readonly FaultName[] = [
  ...(Object.keys(PROCESS_FAULTS) as ProcessFaultName[]),
  'isBroken',
  ...(Object.keys(MACHINE_FAULTS) as MachineFaultName[]),
]

/** How likely it is that a kind of fault exists in a run at all: runs with few kinds find what others drown. */
const EXISTS = 0.4
const LEVELS = [0.02, 0.05, 0.1, 0.2, 0.4]
/** How often a fault of the machine may strike in one run. */
const STRIKES = 3

/** Draws how probable each fault is in the run of a seed. */
export function swarm(choice: FaultChoice, seed: number): Probabilities {
  if (choice === 'none') return new Map()
  if (typeof choice === 'object' && !isList(choice)) {
    return new Map(Object.entries(choice) as [FaultName, number][])
  }
  const names = choice === 'all' ? FAULT_NAMES : choice
  const dice = new Dice(seedFor(seed, 'swarm'))
  const drawn = names.map((name): [FaultName, number] => [name, dice.chance(EXISTS) ? dice.oneOf(LEVELS) : 0])
  return new Map(drawn.filter(([, probability]) => probability > 0))
}

/** Draws what strikes the machine of a seed in its first milliseconds. */
export function machineFaults(probabilities: Probabilities, seed: number, duration: number): readonly Fault[] {
  const dice = new Dice(seedFor(seed, 'machine'))
  return (Object.keys(MACHINE_FAULTS) as MachineFaultName[]).flatMap((fault) => {
    const probability = probabilities.get(fault) ?? 0
    const strikes = Array.from({ length: STRIKES }, () => dice.chance(probability))
    return strikes.flatMap((strikes) =>
      strikes ? { fault, after: dice.moment(duration), ...MACHINE_FAULTS[fault].draw(dice) } : [],
    )
  })
}

/** Draws what strikes one start of a command. */
export function processFaults(
  probabilities: Probabilities,
  seed: number,
  { command, start }: { readonly command: string; readonly start: number },
): readonly Fault[] {
  const dice = new Dice(seedFor(seed, command, start))
  const faults: Fault[] = []
  for (const [name, probability] of probabilities) {
    if (!(name in PROCESS_FAULTS) || !dice.chance(probability)) continue
    faults.push({ fault: name, command, start, ...PROCESS_FAULTS[name as ProcessFaultName].draw(dice) })
  }
  return faults
}

/** Draws whether a command is broken for good, and from when on. */
export function brokenFor(
  probabilities: Probabilities,
  seed: number,
  { command, duration }: { readonly command: string; readonly duration: number },
): Fault | undefined {
  const dice = new Dice(seedFor(seed, command, 'broken'))
  if (!dice.chance(probabilities.get('isBroken') ?? 0)) return undefined
  return {
    fault: 'isBroken',
    command,
    after: dice.moment(duration),
    for: dice.time(10_000),
    code: dice.oneOf([1, 2, 127]),
  }
}

function isList(choice: FaultChoice): choice is readonly FaultName[] {
  return Array.isArray(choice)
}
