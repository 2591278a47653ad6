import type { AtOnce, BlockedCaller, FinishedCall } from './contracts/at-once.ts'
import type { Command } from './contracts/command.ts'
import type { Handle } from './contracts/driver.ts'
import { NotFakeableError } from './errors.ts'
import type { Run } from './journal.ts'
import { type Attempt, admit, attemptNow, fail, supervise, watchOf } from './launch.ts'
import type { Wiring } from './origin.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { StreamLog } from './output-log.ts'
import { ProcessResult } from './process-result.ts'
import type { Settings } from './settings.ts'
import type { World } from './world.ts'

/**
 * `launch` within the call, for code that cannot wait for a promise. `start` asks the driver, and gives back the handle that
 * is to be supervised. What is noted of the process is the return value.
 *
 * @throws what `launch` rejects with; NotFakeableError where the driver cannot act within a call.
 */
export function launchNow(
  world: World,
  settings: Settings,
  wiring: Wiring,
  start: (driver: AtOnce, command: Command) => Handle,
): Run | undefined {
  const attempt = attemptNow(world, settings, wiring)
  try {
    admit(attempt)
    supervise(attempt, start(atOnceOf(attempt), attempt.command))
    return attempt.entry
  } catch (error) {
    throw fail(attempt, error)
  }
}

/**
 * Runs a command to its end within the call.
 *
 * @throws what `launchNow` throws; DeadlockError for a rehearsed process that never ends.
 */
export function runNow(world: World, settings: Settings, wiring: Wiring, caller: BlockedCaller): FinishedCall {
  const attempt = attemptNow(world, settings, wiring)
  try {
    admit(attempt)
    attempt.entry?.heard(caller.input)
    const finished = atOnceOf(attempt).run(attempt.command, caller)
    tell(attempt, caller, finished)
    return finished
  } catch (error) {
    throw fail(attempt, error)
  }
}

// Nobody could hear of it before: the caller waits.
function tell(attempt: Attempt, caller: BlockedCaller, finished: FinishedCall): void {
  const { entry, world } = attempt
  const watch = world.observer?.listens ? watchOf(attempt) : undefined
  if (!entry && !watch) return
  const result = resultOf(attempt, caller, finished)
  entry?.over(result)
  watch?.started(finished.pid)
  watch?.over(result, undefined)
}

function atOnceOf({ world, text }: Attempt): AtOnce {
  const { atOnce } = world.driver
  if (atOnce) return atOnce
  throw new NotFakeableError(`Cannot start "${text}" within a call: the driver of this Process does not offer it`)
}

function resultOf({ text, settings }: Attempt, caller: BlockedCaller, finished: FinishedCall): ProcessResult {
  return new ProcessResult(text, finished.durationMs, {
    outcome: outcomeOfCall(caller, finished),
    exit: finished.exit,
    out: logOf(finished.out, settings),
    err: logOf(finished.err, settings),
    encoding: settings.encoding,
    redact: settings.redact,
    incomplete: false,
    survivors: [],
  })
}

function outcomeOfCall({ timeout = 0, maxBuffer }: BlockedCaller, { cut, exit }: FinishedCall): Outcome {
  if (cut === 'ETIMEDOUT') return { kind: 'timedOut', timeout }
  return cut ? { kind: 'overflowed', limit: maxBuffer } : outcomeOf(exit)
}

function logOf(bytes: Uint8Array, { output }: Settings): StreamLog {
  const log = new StreamLog(output)
  log.add(bytes)
  return log
}
