import type { Outcome } from '../outcome.ts'

/** Why a process is started again. */
export type Cause =
  | 'crash'
  | 'exit'
  | 'startFailed'
  | 'readiness'
  | 'hang'
  | 'highMemory'
  | 'highCpu'
  | 'cooldown'
  | 'command'
  | 'sibling'

/** Which rule gave a slot up. */
export type Rule = 'maxRestarts' | 'start' | 'readiness' | 'escalated'

/** The definitions of a process that hangs. */
export type HangKind = 'silence' | 'heartbeat' | 'probe' | 'timeLimit' | 'noProgress'

/** What a process did wrong, as those who are called back get it. */
export interface Crash {
  readonly type: 'crash'
  readonly outcome: Outcome
}
/** It hung: which definition it met, and how. */
export interface Hang {
  readonly type: 'hang'
  readonly kind: HangKind
  /** In words. */
  readonly detail: string
}
/** It held more than its limit, for long enough to count. */
export interface HighMemory {
  readonly type: 'highMemory'
  /** Bytes. */
  readonly memory: number
  readonly limit: number
}
/** It used more than its limit, for long enough to count. */
export interface HighCpu {
  readonly type: 'highCpu'
  /** Share of one core. */
  readonly cpu: number
  readonly limit: number
}

/** What somebody may want to be called back for. */
export type Trouble = Crash | Hang | HighMemory | HighCpu

/** What happened, and to which slot of which group. */
export type SupervisionEvent = {
  /** Milliseconds on the monotonic clock. */
  readonly at: number
  /** The path of the group: names from the outermost to the innermost, with slashes between. */
  readonly group: string
  readonly slot: string
  /** Which start of the slot it belongs to: 0 before the first, then counted from 1. */
  readonly incarnation: number
} & (
  | { readonly type: 'waiting'; readonly on: readonly string[] }
  | { readonly type: 'starting' }
  | { readonly type: 'started'; readonly pid: number | undefined }
  | { readonly type: 'startFailed'; readonly error: unknown }
  | { readonly type: 'ready' }
  | {
      readonly type: 'exited'
      readonly outcome: Outcome
      /** It was asked to end, or ended with success. */
      readonly expected: boolean
    }
  | { readonly type: 'restarting'; readonly cause: Cause; readonly delay: number; readonly attempt: number }
  | { readonly type: 'stopping'; readonly because: 'stop' | Cause }
  | { readonly type: 'stopped' }
  | { readonly type: 'stuck'; readonly survivors: readonly number[] }
  | { readonly type: 'failed'; readonly reason: string; readonly rule: Rule }
  | { readonly type: 'skipped'; readonly because: string }
  | { readonly type: 'done' }
  | { readonly type: 'leftover'; readonly pid: number; readonly survivors: readonly number[] }
  | { readonly type: 'ledgerFailed'; readonly error: unknown }
  | { readonly type: 'callbackFailed'; readonly hook: string; readonly error: unknown }
  | Trouble
)

/** What a slot says of itself; where it is in which group is added by those who know. */
export type SlotNews = DistributiveOmit<SupervisionEvent, 'at' | 'group' | 'slot' | 'incarnation'>

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
