import type { Cell, SlotAction, SlotEvent, SlotState } from './slot-states.ts'

const DEPENDENCIES = ['dependenciesMet', 'dependencyFailed'] as const
const READINESS = ['becameReady', 'readyTimedOut'] as const
const LIFE = ['spawned', 'startFailed', ...READINESS, 'exited', 'unhealthy'] as const
const END = ['gone', 'survived'] as const
const DECISIONS = ['retry', 'finish', 'giveUp'] as const
const TIMERS = ['backoffOver', 'cooldownOver'] as const

const again = go('waiting', 'calm', 'await')
const down = go('idle', 'calm', 'sayStopped')
const stuck = go('stuck', 'sayStuck')

/**
 * The whole life of a slot: what each event does in each state. What is seen of a process that has been replaced never gets
 * here, so an event that cannot come is ignored, and one that somebody asks for is refused where it makes no sense.
 */
export const slotTable: Readonly<Record<SlotState, Readonly<Record<SlotEvent, Cell>>>> = {
  idle: {
    start: again,
    restart: again,
    adopt: go('ready', 'sayReady', 'guard'),
    ...ignoring('stop', ...DEPENDENCIES, ...LIFE, ...END, ...DECISIONS, ...TIMERS),
  },
  waiting: {
    stop: down,
    dependenciesMet: go('starting', 'sayStarting', 'spawn'),
    dependencyFailed: go('skipped', 'saySkipped'),
    adopt: 'refused',
    ...ignoring('start', 'restart', ...LIFE, ...END, ...DECISIONS, ...TIMERS),
  },
  starting: {
    stop: go('stopping', 'sayStopping'),
    restart: go('restarting'),
    spawned: go('running', 'watch'),
    startFailed: go('settling', 'decide'),
    adopt: 'refused',
    ...ignoring('start', ...DEPENDENCIES, ...READINESS, 'exited', 'unhealthy', ...END, ...DECISIONS, ...TIMERS),
  },
  running: {
    stop: go('stopping', 'sayStopping', 'unwatch', 'end'),
    restart: go('restarting', 'sayStopping', 'unwatch', 'end'),
    becameReady: go('ready', 'sayReady', 'guard'),
    readyTimedOut: go('settling', 'sayStopping', 'unwatch', 'end'),
    exited: go('settling', 'unwatch', 'end'),
    unhealthy: go('settling', 'sayStopping', 'unwatch', 'end'),
    adopt: 'refused',
    ...ignoring('start', ...DEPENDENCIES, 'spawned', 'startFailed', ...END, ...DECISIONS, ...TIMERS),
  },
  ready: {
    stop: go('stopping', 'sayStopping', 'unwatch', 'end'),
    restart: go('restarting', 'sayStopping', 'unwatch', 'end'),
    exited: go('settling', 'unwatch', 'end'),
    unhealthy: go('settling', 'sayStopping', 'unwatch', 'end'),
    adopt: 'refused',
    ...ignoring('start', ...DEPENDENCIES, 'spawned', 'startFailed', ...READINESS, ...END, ...DECISIONS, ...TIMERS),
  },
  settling: {
    start: go('restarting'),
    stop: go('stopping', 'sayStopping'),
    restart: go('restarting'),
    gone: go('settling', 'decide'),
    survived: stuck,
    retry: go('backoff', 'sayRestarting', 'delay'),
    finish: go('done', 'sayDone'),
    giveUp: go('failed', 'sayFailed', 'cool'),
    adopt: 'refused',
    ...ignoring(...DEPENDENCIES, ...LIFE, ...TIMERS),
  },
  stopping: {
    start: 'refused',
    restart: 'refused',
    // It was asked to stop while it was being started.
    spawned: go('stopping', 'end'),
    startFailed: down,
    gone: down,
    survived: stuck,
    adopt: 'refused',
    ...ignoring('stop', ...DEPENDENCIES, ...READINESS, 'exited', 'unhealthy', ...DECISIONS, ...TIMERS),
  },
  restarting: {
    stop: go('stopping', 'sayStopping'),
    spawned: go('restarting', 'end'),
    startFailed: again,
    gone: again,
    survived: stuck,
    adopt: 'refused',
    ...ignoring('start', 'restart', ...DEPENDENCIES, ...READINESS, 'exited', 'unhealthy', ...DECISIONS, ...TIMERS),
  },
  backoff: {
    stop: down,
    restart: again,
    backoffOver: go('waiting', 'await'),
    adopt: 'refused',
    ...ignoring('start', ...DEPENDENCIES, ...LIFE, ...END, ...DECISIONS, 'cooldownOver'),
  },
  done: {
    start: again,
    stop: go('idle'),
    restart: again,
    // Somebody who was told of its end wants it again after all, within the limits of its policy.
    retry: go('backoff', 'sayRestarting', 'delay'),
    giveUp: go('failed', 'sayFailed', 'cool'),
    adopt: 'refused',
    ...ignoring(...DEPENDENCIES, ...LIFE, ...END, 'finish', ...TIMERS),
  },
  failed: {
    start: again,
    stop: go('idle', 'calm'),
    restart: again,
    cooldownOver: go('waiting', 'sayRestarting', 'await'),
    adopt: 'refused',
    ...ignoring(...DEPENDENCIES, ...LIFE, ...END, ...DECISIONS, 'backoffOver'),
  },
  stuck: {
    start: go('restarting', 'end'),
    stop: go('stopping', 'sayStopping', 'end'),
    restart: go('restarting', 'end'),
    adopt: 'refused',
    ...ignoring(...DEPENDENCIES, ...LIFE, ...END, ...DECISIONS, ...TIMERS),
  },
  skipped: {
    start: again,
    stop: go('idle'),
    restart: again,
    // What it depends on was given up, and has come up after all.
    dependenciesMet: go('starting', 'sayStarting', 'spawn'),
    adopt: 'refused',
    ...ignoring('dependencyFailed', ...LIFE, ...END, ...DECISIONS, ...TIMERS),
  },
}

/** What an event does in a state. */
export function transition(state: SlotState, event: SlotEvent): Cell {
  return slotTable[state][event]
}

function go(to: SlotState, ...actions: readonly SlotAction[]): Cell {
  return { to, do: actions }
}

function ignoring<E extends SlotEvent>(...events: readonly E[]): Record<E, 'ignored'> {
  return Object.fromEntries(events.map((event) => [event, 'ignored'])) as Record<E, 'ignored'>
}
