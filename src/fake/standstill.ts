import type { Clock, Timer } from '../contracts/clock.ts'

/** The code of the warning, as `process.on('warning')` shows it. */
const CODE = 'WARN_TIME_STANDS_STILL'

/** Milliseconds outside after which a wait looks forgotten. */
const PATIENCE = 1000

/** What is asked about virtual time. */
interface VirtualTime {
  now(): number
  monotonic(): number
  untilNext(): number | undefined
  readonly waitsToBeMoved: boolean
}

/** Notices waits for virtual time that nobody moves, and says once for each what could be done. */
export class Standstill {
  readonly #time: VirtualTime
  readonly #outside: Clock

  constructor(time: VirtualTime, outside: Clock) {
    this.#time = time
    this.#outside = outside
  }

  /** Watches a wait until it is over. `what` says what for, such as `"make" (pid 1001) to end`. */
  watch(wait: Promise<unknown>, what: () => string): void {
    let timer: Timer
    const arm = (): void => {
      const seen = this.#time.monotonic()
      const look = () => (this.#standsAt(seen) ? warn(what(), this.#time) : arm())
      timer = this.#outside.setTimeout(look, PATIENCE, { background: true })
    }
    const over = () => this.#outside.clearTimeout(timer)
    arm()
    wait.then(over, over)
  }

  #standsAt(moment: number): boolean {
    return this.#time.monotonic() === moment && this.#time.waitsToBeMoved
  }
}

function warn(what: string, time: VirtualTime): void {
  const message = `Waiting for ${what}, but nobody moves virtual time: ${nextOf(time)}`
  process.emitWarning(message, { type: 'RehearsalWarning', code: CODE })
}

function nextOf(time: VirtualTime): string {
  const ms = time.untilNext()
  if (ms === undefined) return 'nothing is left that could happen'
  const moment = new Date(time.now() + ms).toISOString()
  const duration = ms % 1000 === 0 ? `'${ms / 1000}s'` : ms
  return `the next event comes at ${moment}. Call fake.advance(${duration})`
}
