import type { Pick, Rules, Scenario } from '../../../src/index.ts'
import { Process } from '../../../src/index.ts'
import type { RestartMode } from '../../../src/supervision/policy.ts'
import type { Condition } from '../../../src/supervision/slot-options.ts'
import type { Strategy } from '../../../src/supervision/strategy.ts'

/** One member of a group, as it is drawn. Times are milliseconds. */
export interface SlotPlan {
  readonly name: string
  readonly program: 'service' | 'job' | 'flaky'
  readonly after: Readonly<Record<string, Condition>>
  readonly shows: boolean
  readonly readyTimeout: number
  readonly restart: RestartMode
  readonly successCodes: readonly number[]
  readonly maxRestarts: number
  readonly window: number
  readonly backoff: { readonly first: number; readonly factor: number; readonly cap: number; readonly jitter: number }
  readonly healthyAfter: number
  readonly cooldown: number | undefined
  readonly graceTime: number
  /** How long it may be silent, how much memory it may hold in bytes, and how much of a core it may use. */
  readonly silence: number | undefined
  readonly maxMemory: number | undefined
  readonly maxCpu: number | undefined
}

/** A group, as it is drawn. Its last members may be a group of their own. */
export interface GroupPlan {
  readonly name: string
  readonly strategy: Strategy
  readonly slots: readonly SlotPlan[]
  readonly inner: GroupPlan | undefined
}

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
/** What somebody may wait for: only what ends by itself is ever done. */
const CONDITIONS: Readonly<Record<SlotPlan['program'], readonly Condition[]>> = {
  service: ['ready', 'started'],
  flaky: ['ready', 'started'],
  job: ['ready', 'started', 'done', 'succeeded'],
}

const BEATS: Scenario = Array.from(
  { length: 150 },
  (): Scenario => [{ wait: 2000 }, { write: 'out', data: 'beat\n' }],
).flat()

/** What each program does when nothing goes wrong. */
export const programs: Rules = {
  'service *': [
    { use: { memory: 10_000_000 } },
    { wait: 200 },
    { write: 'out', data: 'ready\n' },
    ...BEATS,
    { hang: true },
  ],
  'job *': Process.describe().after('100ms').output('ready').after('3s').output('done'),
  'flaky *': Process.describe().output('ready').after('4s').exitCode(1),
}

/** Draws a group: how it is made up, and how each of its members is looked after. */
export function drawPlan(pick: Pick): GroupPlan {
  const count = pick('slots', 1, 5)
  const slots: SlotPlan[] = []
  for (const name of NAMES.slice(0, count)) slots.push(drawSlot(pick, name, slots))
  const split = count >= 3 && pick('nested', 0, 3) === 3 ? 2 : count
  const outer = slots.slice(0, split)
  const inner = slots.slice(split)
  return {
    name: 'group',
    strategy: drawStrategy(pick, 'outer'),
    slots: outer,
    inner:
      inner.length === 0
        ? undefined
        : {
            name: 'inner',
            strategy: drawStrategy(pick, 'inner'),
            slots: inner.map((slot) => within(slot, inner)),
            inner: undefined,
          },
  }
}

function drawStrategy(pick: Pick, of: string): Strategy {
  return pick(`${of} strategy`, ['one-for-one', 'one-for-all', 'rest-for-one'])
}

function drawSlot(pick: Pick, name: string, earlier: readonly SlotPlan[]): SlotPlan {
  const of = <T>(what: string, list: readonly T[]): T => pick(`${name} ${what}`, list)
  const program = of('program', ['service', 'service', 'service', 'job', 'flaky'] as const)
  const after = earlier.filter((other) => of(`after ${other.name}`, [false, false, true]))
  return {
    name,
    program,
    after: Object.fromEntries(after.map((other) => [other.name, of(`needs ${other.name}`, CONDITIONS[other.program])])),
    shows: of('shows', [false, true]),
    readyTimeout: of('readyTimeout', [10_000, 1000, 30_000]),
    restart: of('restart', ['on-failure', 'always', 'never']),
    successCodes: of('successCodes', [[0], [0, 2]]),
    maxRestarts: of('maxRestarts', [3, 0, 1, 10]),
    window: of('window', [30_000, 5000, 300_000]),
    backoff: {
      first: of('first', [100, 0, 1000]),
      factor: of('factor', [2, 1, 3]),
      cap: of('cap', [30_000, 5000]),
      jitter: of('jitter', [0, 0.1, 1]),
    },
    healthyAfter: of('healthyAfter', [10_000, 1000]),
    cooldown: of('cooldown', [undefined, undefined, 20_000]),
    graceTime: of('graceTime', [2000, 100, 10_000]),
    silence: program === 'service' ? of('silence', [undefined, 5000, 15_000]) : undefined,
    maxMemory: of('maxMemory', [undefined, undefined, 50_000_000]),
    maxCpu: of('maxCpu', [undefined, undefined, 0.9]),
  }
}

/** A member of an inner group depends on nobody outside of it. */
function within(slot: SlotPlan, inner: readonly SlotPlan[]): SlotPlan {
  const names = inner.map(({ name }) => name)
  return { ...slot, after: Object.fromEntries(Object.entries(slot.after).filter(([name]) => names.includes(name))) }
}
