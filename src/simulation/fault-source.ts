import type { Fault } from './fault.ts'
import { brokenFor, machineFaults, type Probabilities, processFaults } from './swarm.ts'

/** Says what goes wrong. */
export interface FaultSource {
  /** What strikes the machine, each fault after its own time. */
  readonly machine: readonly Fault[]
  /** What strikes one start of a command. */
  ofStart(command: string, start: number): readonly Fault[]
  /** What is wrong with a command for good. */
  ofCommand(command: string): Fault | undefined
}

/** Faults drawn from a seed: each start of each command has its own dice, so that dropping one changes no other. */
export function drawnFaults(probabilities: Probabilities, seed: number, duration: number): FaultSource {
  return {
    machine: machineFaults(probabilities, seed, duration),
    ofStart: (command, start) => processFaults(probabilities, seed, { command, start }),
    ofCommand: (command) => brokenFor(probabilities, seed, { command, duration }),
  }
}

/** Faults as a list says. */
export function listedFaults(faults: readonly Fault[]): FaultSource {
  const broken = faults.filter(({ fault }) => fault === 'isBroken')
  const aimed = faults.filter(({ start }) => start !== undefined)
  return {
    machine: faults.filter(({ command }) => command === undefined),
    ofStart: (command, start) => aimed.filter((fault) => fault.command === command && fault.start === start),
    ofCommand: (command) => broken.find((fault) => fault.command === command),
  }
}
