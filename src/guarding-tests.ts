import type { StrayProcessError } from './errors.ts'

/** The hooks of a test runner, whichever it is. */
export interface TestHooks {
  /** Runs a hook before each test. */
  beforeEach(hook: () => void): unknown
  /** Runs a hook after each test; what it throws fails the test. */
  afterEach(hook: () => void): unknown
}

/** What a guard of tests needs of the worlds of a Process. */
interface Worlds {
  readonly guarded: boolean
  guard(allow: readonly string[]): void
  takeStrays(): readonly StrayProcessError[]
  restore(): void
}

/**
 * Makes each test end clean: rehearsals and spies that it has forgotten are ended, and a command that was refused as a stray
 * fails it, also when the code under test has swallowed the error. Where nobody has said yet which real commands may run,
 * none may.
 *
 * Tests that run side by side share all this: none ends what another one may still need, and as nobody can tell whose a
 * stray is, it fails each of them.
 */
export function guardTests({ beforeEach, afterEach }: TestHooks, worlds: Worlds): void {
  if (!worlds.guarded) worlds.guard([])
  worlds.takeStrays()
  let running = 0
  let strays: StrayProcessError[] = []
  beforeEach(() => {
    running++
  })
  afterEach(() => {
    running--
    strays.push(...worlds.takeStrays())
    const seen = strays
    if (running === 0) {
      strays = []
      worlds.restore()
    }
    if (seen.length > 0) throw failureFor(seen)
  })
}

function failureFor(strays: readonly StrayProcessError[]): Error {
  const list = strays.map(({ message }) => message).join('\n\n')
  return new Error(`Commands were refused while this test ran:\n\n${list}`, { cause: strays[0] })
}
