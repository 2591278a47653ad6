import type { AtOnce, BlockedCaller, FinishedCall, StartingCaller } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Handle } from '../contracts/driver.ts'
import { ProcessStartError } from '../errors.ts'
import { isUnseen } from './input.ts'
import type { Take } from './take.ts'
import type { Tape } from './tape.ts'

type Follow = (handle: Handle, take: Take) => Handle

/** Takes down what callers start, and run, that cannot wait for a promise. `follow` makes the handle that is seen. */
export function recordedAtOnce(inner: AtOnce, tape: Tape, follow: Follow): AtOnce {
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
      return seen(command, (take) => startSeen(inner.start(command, caller), command, take, follow))
    },
    run(command, caller) {
      if (isUnseen(command)) return inner.run(command, caller)
      return seen(command, (take) => runSeen(inner, command, caller, take))
    },
  }
}

// A real child that was given a descriptor of its caller's has no stream that could be read along.
function startSeen(handle: Handle, { stdout, stderr }: Command, take: Take, follow: Follow): Handle {
  if (stdout === 'pipe' && !handle.stdout) take.passesBy('stdout')
  if (stderr === 'pipe' && !handle.stderr) take.passesBy('stderr')
  return follow(handle, take)
}

function runSeen(inner: AtOnce, command: Command, caller: BlockedCaller, take: Take): FinishedCall {
  if (command.stdin === 'pipe') take.given(caller.input)
  take.inputEnded()
  const finished = inner.run(command, caller)
  take.wrote('out', finished.out)
  take.wrote('err', finished.err)
  for (const stream of finished.unseen ?? []) take.passesBy(stream)
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
