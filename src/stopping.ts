import type { Handle } from './contracts/driver.ts'
import type { Signal } from './contracts/signals.ts'

/** How a process is ended from outside. */
export interface StopOptions {
  /** What it is asked with. */
  readonly signal: Signal
  /** How long it may take to obey, in milliseconds. */
  readonly grace: number
  /** What follows when it does not. KILL follows in any case. */
  readonly escalation: Signal
}

/** What can be ended: a process that we hold, or one that we only know by its number. */
export type Stoppable = Pick<Handle, 'clock' | 'exit' | 'kill' | 'survivors'>

/** How long something may take to die of KILL before it is reported as a survivor. */
const LAST_WAIT = 2000
const POLL = 10

/**
 * Ends a process and everything in its group: asks, lets stopped members go on so that they can hear it, and forces what
 * is still there after the grace, all by `send`. Gives back the pids that survived even that.
 */
export async function stopGroup(
  handle: Stoppable,
  options: StopOptions,
  send: (signal: Signal) => void,
): Promise<readonly number[]> {
  attempt(() => send(options.signal))
  attempt(() => handle.kill('SIGCONT', 'group'))
  if (await isGone(handle, options.grace)) return []
  if (options.escalation !== 'SIGKILL') {
    attempt(() => send(options.escalation))
    if (await isGone(handle, LAST_WAIT)) return []
  }
  attempt(() => send('SIGKILL'))
  return (await isGone(handle, LAST_WAIT)) ? [] : handle.survivors()
}

// What may not be signalled, because it runs as somebody else by now, is waited for and reported like whoever does not obey.
function attempt(send: () => void): void {
  try {
    send()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}

async function isGone(handle: Stoppable, ms: number): Promise<boolean> {
  const { clock } = handle
  const deadline = clock.monotonic() + ms
  await exitWithin(handle, ms)
  while ((await handle.survivors()).length > 0) {
    const left = deadline - clock.monotonic()
    if (left <= 0) return false
    await clock.sleep(Math.min(POLL, left))
  }
  return true
}

function exitWithin(handle: Stoppable, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = handle.clock.setTimeout(resolve, ms)
    void handle.exit.then(() => {
      handle.clock.clearTimeout(timer)
      resolve()
    })
  })
}
