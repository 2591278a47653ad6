import { AsyncLocalStorage } from 'node:async_hooks'
import { syncBuiltinESMExports } from 'node:module'
import type * as FakeTimers from '@sinonjs/fake-timers'
import { NotFakeableError } from '../errors.ts'
import { loadPackage } from './loading.ts'
import { currentPace } from './pace.ts'
import type { HeapTimer } from './timer-heap.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The name under which `util.promisify` looks for a promising form (documented in node:util). */
const PROMISIFIED = Symbol.for('nodejs.util.promisify.custom')

/** What follows: `performance.now` as well, but none of what measures no time, such as `setImmediate`. */
const FOLLOWING = ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'hrtime'] as const

/** The longest wait that Node honours. */
const LONGEST = 2 ** 31 - 1

type FakeClock = ReturnType<typeof FakeTimers.install>
type SetTimer = FakeClock['setTimeout']
type Handle = NodeJS.Timeout

/** A timer of the code under test. */
interface Entry {
  readonly handle: Handle
  readonly delay: number
  readonly repeats: boolean
  timer: HeapTimer
  /** Lets the program go on that has waited for it, if one has. */
  readonly over: () => void
}

/**
 * Lets the globals that tell time follow a virtual clock. What they look like is the work of fake-timers; when they fire is
 * up to the clock, in one order with all that processes do.
 */
export class FollowingGlobals {
  readonly #clock: VirtualClock
  readonly #fake: FakeClock
  readonly #entries = new Map<number, Entry>()
  readonly #now = Object.getOwnPropertyDescriptor(performance, 'now')

  /** @throws NotFakeableError when they follow something else already. */
  constructor(clock: VirtualClock) {
    this.#clock = clock
    this.#fake = install(clock)
    Object.defineProperty(this.#fake, 'now', { get: () => this.#wall(), set: () => {} })
    this.#take('setTimeout', false)
    this.#take('setInterval', true)
    this.#takeClearing('clearTimeout')
    this.#takeClearing('clearInterval')
    Object.defineProperty(setTimeout, PROMISIFIED, {
      value: (ms: number, value: unknown) => new Promise((resolve) => void this.#fake.setTimeout(resolve, ms, value)),
    })
    Object.defineProperty(performance, 'now', { value: () => clock.monotonic(), configurable: true, writable: true })
    syncBuiltinESMExports()
  }

  /** Whether somebody may be asleep: a timer is pending that fires once, and that keeps a program alive. */
  get someoneSleeps(): boolean {
    for (const { repeats, handle } of this.#entries.values()) if (!repeats && handle.hasRef()) return true
    return false
  }

  /** Makes them tell the machine's time again. Timers that are still pending never fire. */
  restore(): void {
    for (const entry of this.#entries.values()) this.#drop(entry)
    this.#entries.clear()
    this.#fake.uninstall()
    if (this.#now) Object.defineProperty(performance, 'now', this.#now)
    else Reflect.deleteProperty(performance, 'now')
    syncBuiltinESMExports()
  }

  #wall(): number {
    return Math.floor(this.#clock.now())
  }

  // What fake-timers has noted on a function of its own, it needs to put back what was there.
  #take(name: 'setTimeout' | 'setInterval', repeats: boolean): void {
    const set: SetTimer = this.#fake[name]
    const follow: SetTimer = (action, ms, ...values) => {
      const delay = delayOf(ms)
      // As with real timers, what it calls belongs to whoever has set it: to the same callback of `fake`, for one.
      const bound = typeof action === 'function' ? AsyncLocalStorage.bind(action) : action
      const handle = set(bound, delay, ...values) as unknown as Handle
      this.#add(handle, delay, repeats)
      const refresh = handle.refresh.bind(handle)
      handle.refresh = () => {
        this.#remove(Number(handle))
        refresh()
        this.#add(handle, delay, repeats)
        return handle
      }
      return handle as unknown as ReturnType<SetTimer>
    }
    this.#fake[name] = Object.assign(follow, set)
  }

  #takeClearing(name: 'clearTimeout' | 'clearInterval'): void {
    const clear = this.#fake[name]
    const follow: typeof clear = (handle) => {
      this.#remove(Number(handle))
      clear(handle)
    }
    this.#fake[name] = Object.assign(follow, clear)
  }

  #add(handle: Handle, delay: number, repeats: boolean): void {
    const id = Number(handle)
    const timer = this.#schedule(id, delay)
    this.#entries.set(id, { handle, delay, repeats, timer, over: pauseProgram() })
  }

  #remove(id: number): void {
    const entry = this.#entries.get(id)
    if (!entry) return
    this.#entries.delete(id)
    this.#drop(entry)
  }

  #drop(entry: Entry): void {
    this.#clock.clearTimeout(entry.timer)
    entry.over()
  }

  #schedule(id: number, delay: number): HeapTimer {
    const moment = this.#wall() + delay
    return this.#clock.schedule(() => this.#fire(id), moment - this.#clock.now(), 1)
  }

  // Both sides keep the same order, so the next one of fake-timers is the one that is due.
  #fire(id: number): void {
    const entry = this.#entries.get(id)
    if (entry?.repeats) entry.timer = this.#schedule(id, entry.delay)
    else this.#remove(id)
    this.#fake.next()
  }
}

function install(clock: VirtualClock): FakeClock {
  if (areMocked()) throw refusal()
  const fakeTimers = loadPackage<typeof FakeTimers>('@sinonjs/fake-timers', 'globals that follow virtual time')
  try {
    return fakeTimers.install({ now: clock.now(), toFake: [...FOLLOWING], shouldClearNativeTimers: true })
  } catch (cause) {
    throw refusal({ cause })
  }
}

function refusal(options: { cause?: unknown } = {}): NotFakeableError {
  const state = 'they follow another rehearsal, or other fake timers, already'
  return new NotFakeableError(`Cannot let the globals follow virtual time: ${state}`, options)
}

// fake-timers knows its own kind only, and not those of `node:test`: they mark the Date, and their timers are private methods.
function areMocked(): boolean {
  return 'isMock' in Date || [setTimeout, setInterval].some(({ name }) => name.startsWith('bound #'))
}

// As Node does it; a wait of 0 would let no time pass for code that goes round and round.
function delayOf(ms: unknown): number {
  const delay = Math.trunc(Number(ms))
  return delay >= 1 && delay <= LONGEST ? delay : 1
}

// Time stands still for a program of the rehearsal while it works, but not while it waits for a timer.
function pauseProgram(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>()
  void currentPace()?.during(promise)
  return resolve
}
