import type { AtOnce, BlockedCaller, FinishedCall, StartingCaller } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Handle } from '../contracts/driver.ts'
import { NotFakeableError } from '../errors.ts'
import { BlockedRun } from './blocked-run.ts'
import type { FakeDriverOptions } from './driver.ts'
import type { Machine } from './machine.ts'
import type { Part } from './program.ts'

/** What the rehearsal's driver does for a start, in parts. */
interface Steps {
  readonly cast: FakeDriverOptions['cast']
  /** Throws what a machine would, else gives back what there is to play. */
  readonly refuse: (command: Command, part: Part | undefined) => Part
  readonly bear: (command: Command, part: Part | undefined) => Handle
}

/** Starts, and runs, rehearsed processes for callers that cannot wait for a promise. */
export class FakeAtOnce implements AtOnce {
  readonly #machine: Machine
  readonly #steps: Steps

  constructor(machine: Machine, steps: Steps) {
    this.#machine = machine
    this.#steps = steps
  }

  start(command: Command, caller: StartingCaller): Handle {
    const part = this.#steps.cast(command)
    if (part && 'real' in part) return this.#accompany(caller)
    const child = this.#steps.bear(command, part)
    this.#machine.clock.follow(caller.closed)
    return child
  }

  run(command: Command, caller: BlockedCaller): FinishedCall {
    const cast = this.#steps.cast(command)
    if (cast && 'real' in cast) return caller.real()
    const part = this.#steps.refuse(command, cast)
    const { clock } = this.#machine
    const finished = new BlockedRun(this.#machine, command, caller).play(part)
    if (clock.mode === 'manual' && finished.durationMs > 0) {
      throw new NotFakeableError(
        `Cannot rehearse "${String(command.line)}" for a synchronous call: it takes ${finished.durationMs} ms, and nobody could advance time meanwhile`,
      )
    }
    clock.pass(finished.durationMs)
    return finished
  }

  #accompany(caller: StartingCaller): Handle {
    const release = this.#machine.clock.accompany()
    try {
      const handle = caller.real()
      void handle.exit.then(release)
      return handle
    } catch (error) {
      release()
      throw error
    }
  }
}
