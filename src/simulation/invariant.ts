import { refuseUnknown } from '../known-options.ts'
import type { SimulatedWorld } from './simulated-world.ts'
import type { SimulationEvent } from './simulation-events.ts'

/**
 * What a check says: `false`, or a text that says what is wrong, when the invariant does not hold; a check may also throw.
 * Anything else is fine.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a check that only asserts gives back nothing.
export type Finding = boolean | string | undefined | void

/**
 * When an invariant is checked: after every event, even in the middle of what the code under test does about it; whenever
 * all that an event has set in motion is over; once, when faults have ceased and the system had its time to recover; once,
 * after an orderly end.
 */
export type Occasion = 'always' | 'quiet' | 'recovered' | 'ended'

/** What has to hold in every run of a simulation. */
export interface Invariant {
  readonly name: string
  /** Begins to watch over a run. What it gives back is called in that run only, and may remember things. */
  watch(world: SimulatedWorld): Watch
}

/** The checks of an invariant in one run. */
export interface Watch {
  /** Hears of every event, when the world already shows it. */
  onEvent?(event: SimulationEvent): Finding
  /** Asked whenever all that an event has set in motion is over. */
  onQuiet?(): Finding
  /** Asked once, when faults have ceased and there was time to recover. */
  onRecovered?(): Finding
  /** Asked once, after an orderly end. */
  onEnded?(): Finding
}

/**
 * Says what has to hold in every run of a simulation.
 *
 * @throws TypeError for what is no check, or no occasion.
 * @example invariant('db up before api', (world) => !world.runs('api') || world.runs('db'))
 */
export function invariant(
  name: string,
  check: (world: SimulatedWorld) => Finding,
  options: { readonly when?: Occasion } = {},
): Invariant {
  const { when = 'always' } = options
  if (typeof name !== 'string' || typeof check !== 'function')
    throw new TypeError('Cannot make an invariant: expected a name and a function that checks')
  refuseUnknown(options, { when: true }, `make the invariant "${name}"`)
  if (!Object.hasOwn(HOOKS, when))
    throw new TypeError(
      `Cannot check the invariant "${name}" ${JSON.stringify(when)}: expected ${Object.keys(HOOKS).join(', ')}`,
    )
  const hook = HOOKS[when]
  return { name, watch: (world) => ({ [hook]: () => check(world) }) }
}

const HOOKS = {
  always: 'onEvent',
  quiet: 'onQuiet',
  recovered: 'onRecovered',
  ended: 'onEnded',
} as const satisfies Record<Occasion, keyof Watch>
