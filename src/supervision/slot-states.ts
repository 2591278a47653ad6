/**
 * Where a slot can be in its life:
 *
 * - `idle`: down, and meant to be; `waiting`: for what it depends on; `starting`: being started
 * - `running`: started and not ready yet; `ready`: at work, also where nothing says when it is ready
 * - `settling`: ended, or being ended for a fault; what then comes is decided when nothing of it is left
 * - `stopping`: being ended for good; `restarting`: being ended to be started again
 * - `backoff`: down, until it is started again; `done`: ended, and not to be started again
 * - `failed`: given up, for a reason; `stuck`: somebody of it survives KILL; `skipped`: what it depends on has failed
 */
export const slotStates = [
  'idle',
  'waiting',
  'starting',
  'running',
  'ready',
  'settling',
  'stopping',
  'restarting',
  'backoff',
  'done',
  'failed',
  'stuck',
  'skipped',
] as const

/** Where a slot is in its life, see `slotStates`. */
export type SlotState = (typeof slotStates)[number]

/** What can happen to a slot. */
export const slotEvents = [
  // Asked for.
  'start',
  'stop',
  'restart',
  'adopt',
  // Said by what it depends on.
  'dependenciesMet',
  'dependencyFailed',
  // Seen of its process.
  'spawned',
  'startFailed',
  'becameReady',
  'readyTimedOut',
  'exited',
  'unhealthy',
  'gone',
  'survived',
  // Decided by its policy.
  'retry',
  'finish',
  'giveUp',
  // Its timers.
  'backoffOver',
  'cooldownOver',
] as const

export type SlotEvent = (typeof slotEvents)[number]

/**
 * What is to be done on the way from one state to the next:
 *
 * - `await`: for what it depends on; `spawn`: start its process; `watch`: wait until that is ready; `guard`: look out for
 *   what may go wrong with it; `unwatch`: neither any more; `end`: its process and all that is in its group; `decide`: what its policy says
 * - `delay` and `cool`: set the timer of the back-off, of the cool-down; `calm`: forget both
 * - all others: say so
 */
export type SlotAction =
  | 'await'
  | 'spawn'
  | 'watch'
  | 'guard'
  | 'unwatch'
  | 'end'
  | 'decide'
  | 'delay'
  | 'cool'
  | 'calm'
  | 'sayStarting'
  | 'sayReady'
  | 'sayStopping'
  | 'sayStopped'
  | 'sayRestarting'
  | 'sayDone'
  | 'sayFailed'
  | 'sayStuck'
  | 'saySkipped'

/** What an event does in a state: leads on, does nothing, or is an error to whoever asked for it. */
export type Cell = { readonly to: SlotState; readonly do: readonly SlotAction[] } | 'ignored' | 'refused'
