import type { Signal } from '../contracts/signals.ts'
import { leave } from '../leaving.ts'
import { groupExists, groupMembers, isTaken, sendSignal } from './system-processes.ts'

const FORWARDED: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** How long the children get to end themselves after a signal to us that ends us. */
const GRACE = 2000
const POLL = 20
// Taken at import, so that tests which replace the globals do not stop the watch.
const soon = globalThis.setImmediate

/** One that is watched over: a group, given as a negative number, or a process that has none of its own. */
export interface Watched {
  readonly target: number
  /** What is not forwarded to it as long as somebody else handles the signal: these, or all. */
  readonly spared: boolean | readonly Signal[]
  /** Ends everything that it started, wherever that has gone, where somebody can. */
  readonly killTree: (() => void) | undefined
  /** Whether it runs, or its leader has left somebody. */
  active: boolean
}

/**
 * Keeps watch that no process outlives its parent. Children lead groups of their own, so the terminal's Ctrl-C does not
 * reach them: what ends us is forwarded, and an orderly exit ends what is still there. Against a KILL of the parent itself
 * nothing can be done: the children go on then.
 */
class Guard {
  readonly #watched = new Set<Watched>()
  /** Groups whose leader is over, so that nobody tells when the rest of them is. */
  readonly #leaderless = new Set<Watched>()
  #look: NodeJS.Immediate | undefined
  #installed = false
  #ending = false

  add(target: number, spared: Watched['spared'] = false, killTree?: () => void): Watched {
    const watched = { target, spared, killTree, active: true }
    this.#watched.add(watched)
    this.#install()
    if (this.#leaderless.size > 0) this.#lookSoon()
    return watched
  }

  /** The leader is over. A group with members left is watched on. */
  leaderGone(watched: Watched): void {
    if (watched.target < 0) this.#leaderless.add(watched)
    else this.#drop(watched)
    this.#lookSoon()
  }

  // Not at once: whoever waits for the process goes on meanwhile, and may start the next one under the same watch.
  #lookSoon(): void {
    this.#look ??= soon(() => {
      this.#look = undefined
      for (const watched of this.#leaderless) if (isEmpty(-watched.target)) this.#drop(watched)
      if (this.#watched.size === 0) this.#uninstall()
    })
  }

  #drop(watched: Watched): void {
    watched.active = false
    this.#leaderless.delete(watched)
    this.#watched.delete(watched)
  }

  #install(): void {
    if (this.#installed) return
    this.#installed = true
    process.on('exit', this.#killAll)
    // First in line: a handler that serves once is gone from the list by the time those behind it are called.
    for (const signal of FORWARDED) process.prependListener(signal, this.#forward)
  }

  #uninstall(): void {
    this.#installed = false
    process.off('exit', this.#killAll)
    for (const signal of FORWARDED) process.off(signal, this.#forward)
  }

  readonly #killAll = (): void => this.#signalAll('SIGKILL')

  readonly #forward = (signal: Signal): void => {
    // Somebody else handles the signal: whether and when we end is for them to say.
    const isHandled = process.listenerCount(signal) > 1
    this.#signalAll(signal, isHandled)
    if (isHandled) return
    if (this.#ending) return this.#endBy(signal)
    this.#ending = true
    void this.#endWhenAlone(signal, performance.now() + GRACE)
  }

  async #endWhenAlone(signal: Signal, deadline: number): Promise<void> {
    if (performance.now() >= deadline || (await this.#isAlone())) return this.#endBy(signal)
    setTimeout(() => void this.#endWhenAlone(signal, deadline), POLL)
  }

  async #isAlone(): Promise<boolean> {
    for (const { target } of this.#watched) if (await executes(target)) return false
    return true
  }

  #endBy(signal: Signal): void {
    this.#killAll()
    this.#uninstall()
    // Nobody hears of an exit where a signal ends us.
    leave()
    process.kill(process.pid, signal)
  }

  #signalAll(signal: Signal, handled = false): void {
    for (const watched of this.#watched) {
      const { target, spared, killTree } = watched
      if (this.#leaderless.has(watched) && isTaken(-target)) continue
      if (!(handled && isSpared(spared, signal)) && !hearsFromTerminal(target, signal)) reach(target, signal)
      if (signal === 'SIGKILL') killTree?.()
    }
  }
}

/** Whether nobody is left in a group whose leader is over. */
function isEmpty(group: number): boolean {
  return !groupExists(group) || isTaken(group)
}

function isSpared(spared: Watched['spared'], signal: Signal): boolean {
  return typeof spared === 'boolean' ? spared : spared.includes(signal)
}

// A zombie exists until it is reaped, which may be never; it need not be waited for.
async function executes(target: number): Promise<boolean> {
  return target < 0 ? (await groupMembers(-target)).length > 0 : sendSignal(target, 0)
}

// A process in our own group gets the terminal's signals from the terminal; twice would mean something else to it.
function hearsFromTerminal(target: number, signal: Signal): boolean {
  return target > 0 && (signal === 'SIGINT' || signal === 'SIGHUP')
}

function reach(target: number, signal: Signal): void {
  try {
    sendSignal(target, signal)
  } catch {
    // Not ours to signal any more: there is nothing that could be done about it while we end.
  }
}

/** One for the whole of this process: signals and exits are its own. */
export const guard: Guard = new Guard()
