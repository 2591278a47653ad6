import type { AtOnce, BlockedCaller, FinishedCall, StartingCaller } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Handle } from '../contracts/driver.ts'
import { ProcessStartError } from '../errors.ts'
import { isUnseen } from './input.ts'
import type { Take } from './take.ts'
import type { Tape } from './tape.ts'

/** Takes down what callers start, and run, that cannot wait for a promise. `follow` makes the handle that is seen. */
export function recordedAtOnce(inner: AtOnce, tape: Tape, follow: (handle: Handle, take: Take) => Handle): AtOnce {
  const seen = <T>(command: Command, act: (take: Take) => T): T => {
    const take = tape.begin(command)
    try {
      return act(take)
    } catch (error) {
      if (error instanceof ProcessStartError) take.failed(error)
      else tape.drop(take)
      throw error
    }
  }
  return {
    start(command, caller) {
      if (isUnseen(command)) return inner.start(command, caller)
      return seen(command, (take) => follow(inner.start(command, caller), take))
    },
    run(command, caller) {
      if (isUnseen(command)) return inner.run(command, caller)
      return seen(command, (take) => runSeen(inner, command, caller, take))
    },
  }
}

function runSeen(inner: AtOnce, command: Command, caller: BlockedCaller, take: Take): FinishedCall {
  if (command.stdin === 'pipe') take.given(caller.input)
  take.inputEnded()
  const finished = inner.run(command, caller)
  take.wrote('out', finished.out)
  take.wrote('err', finished.err)
  // Whoever ended it at the limit is its caller: in a replay it lives until then, and is ended again.
  if (finished.cut === 'ETIMEDOUT') take.signalled(caller.killSignal)
  take.exited(finished.exit)
  return finished
}

/** What a replay needs of those who play it. */
interface Stage {
  readonly atOnce: AtOnce
  /** Takes down what the recording does not have, where that is wanted. */
  readonly real: AtOnce | undefined
  /** The same process, whose input is heard. */
  heard(command: Command, handle: Handle): Handle
  /** What a command is given to read. */
  given(command: Command, input: Uint8Array): void
}

/** Plays what was recorded to callers that cannot wait for a promise. */
export function playedAtOnce({ atOnce, real, heard, given }: Stage): AtOnce {
  return {
    start(command, caller) {
      const instead: StartingCaller = { ...caller, real: () => (real ? real.start(command, caller) : caller.real()) }
      return heard(command, atOnce.start(command, instead))
    },
    run(command, caller) {
      if (command.stdin === 'pipe') given(command, caller.input)
      const instead: BlockedCaller = { ...caller, real: () => (real ? real.run(command, caller) : caller.real()) }
      return atOnce.run(command, instead)
    },
  }
}
