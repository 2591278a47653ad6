import type { Capture } from './capture.ts'

/** How often is looked whether more output came, in milliseconds. */
const LOOK = 50
/** Looks in a row without output after which a stream that stays open is given up. */
const QUIET_LOOKS = 4
/** Looks in all: what is left behind may go on talking for ever. */
const ALL_LOOKS = 40

/**
 * Waits for the rest of the output of a process that is over, and gives it up after a while: a process that was left behind
 * may hold a stream open as long as it likes. Time in which a slow reader, or a log, holds the output back does not count.
 */
export function drain(capture: Capture, after: (ms: number, action: () => void) => void, onGivenUp: () => void): void {
  let { arrivals } = capture
  let quiet = 0
  let looks = 0
  const look = (): void => {
    if (capture.ended) return
    if (!capture.held) looks++
    quiet = capture.held || arrivals !== capture.arrivals ? 0 : quiet + 1
    arrivals = capture.arrivals
    if (quiet < QUIET_LOOKS && looks < ALL_LOOKS) return after(LOOK, look)
    onGivenUp()
    capture.close()
  }
  after(LOOK, look)
}
