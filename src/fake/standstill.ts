import type { Clock, Timer } from '../contracts/clock.ts'

/** The code of the warning, as `process.on('warning')` shows it. */
const CODE = 'WARN_TIME_STANDS_STILL'

/** Milliseconds outside after which a wait looks forgotten. */
const PATIENCE = 1000

/** Milliseconds outside after which a program that time stands still for looks stuck: less than tests mostly have. */
const PATIENCE_WITH_WORK = 3000

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
  #hasWarnedOfWork = false

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

  /**
   * Watches a program that time stands still for, until what this gives back is called. `waiting` says what somebody waits for
   * meanwhile, if anybody does.
   */
  watchWork(waiting: () => string | undefined): () => void {
    let timer: Timer
    const arm = (): void => {
      timer = this.#outside.setTimeout(look, PATIENCE_WITH_WORK, { background: true })
    }
    const look = (): void => {
      const what = waiting()
      if (what === undefined) arm()
      else this.#warnOfWork(what)
    }
    arm()
    return () => this.#outside.clearTimeout(timer)
  }

  #warnOfWork(what: string): void {
    if (this.#hasWarnedOfWork) return
    this.#hasWarnedOfWork = true
    const state = `virtual time stands still: a program of the rehearsal has been at work for ${PATIENCE_WITH_WORK / 1000} s`
    emit(`Waiting for ${what}, but ${state}. If it is to hang, say Process.describe().hangs()`)
  }

  #standsAt(moment: number): boolean {
    return this.#time.monotonic() === moment && this.#time.waitsToBeMoved
  }
}

function warn(what: string, time: VirtualTime): void {
  emit(`Waiting for ${what}, but nobody moves virtual time: ${nextOf(time)}`)
}

function emit(message: string): void {
  process.emitWarning(message, { type: 'RehearsalWarning', code: CODE })
}

function nextOf(time: VirtualTime): string {
  const ms = time.untilNext()
  if (ms === undefined) return 'nothing is left that could happen'
  const moment = new Date(time.now() + ms).toISOString()
  const duration = ms % 1000 === 0 ? `'${ms / 1000}s'` : ms
  return `the next event comes at ${moment}. Call fake.advance(${duration})`
}
