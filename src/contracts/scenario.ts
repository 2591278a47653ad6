import type { Signal } from './signals.ts'

/** Bytes in a scenario: text, or base64 for what is not UTF-8. */
export type Data = string | { readonly base64: string }

/** How a program that never starts fails. */
export type StartFailure = 'ENOENT' | 'EACCES' | 'EAGAIN' | 'EMFILE' | 'E2BIG'

/** One answer of a dialogue: the line of stdin it answers (`'*'` for any) and what it writes to stdout. */
export interface Reply {
  readonly when: string
  readonly write: Data
  /** Leaves the dialogue after this answer, instead of at end-of-file. */
  readonly last?: boolean
}

/** What a program can say about itself. */
export type Fact = 'cwd' | 'pid' | 'user' | 'group' | 'groups' | 'nice' | 'umask' | `env:${string}`

/** One thing that a program does. */
export type Step =
  /** Writes to a stream, `times` times over. Blocks while the reader is behind; dies of PIPE when there is none. */
  | { readonly write: 'out' | 'err'; readonly data: Data; readonly times?: number }
  /** Lets time pass, in milliseconds. */
  | { readonly wait: number }
  /** Consumes stdin: a line, everything to end-of-file, or so many bytes. */
  | { readonly read: 'line' | 'all' | number }
  /** Answers lines of stdin until end-of-file. */
  | { readonly reply: readonly Reply[] }
  /** Copies stdin to stdout until end-of-file, as `cat` does. */
  | { readonly echo: 'in' }
  /** From now on ignores a signal, or performs steps beside the main ones each time it arrives. */
  | { readonly on: Signal; readonly do: 'ignore' | readonly Step[] }
  /** From now on holds so many resident bytes, or so much of a core (1 is one core). */
  | { readonly use: { readonly memory?: number; readonly cpu?: number } }
  /** Starts a child, in the same group or with a session of its own; it holds the output open unless `quiet`. */
  | { readonly fork: Scenario; readonly detached?: boolean; readonly quiet?: boolean }
  /** Writes a file. */
  | { readonly file: string; readonly data: Data }
  /**
   * From now on takes connections on a port of this machine, and answers every HTTP request with a status, or with nothing.
   * One that somebody else has it says on stderr, and exits with 1.
   */
  | { readonly listen: number; readonly answer?: number }
  /** Writes one fact about itself to stdout, as a line of text: its folder, its pid, its user's id, a variable (`env:NAME`)… */
  | { readonly tell: Fact }
  /** Closes one of its own streams early. */
  | { readonly close: 'in' | 'out' | 'err' }
  /** The ends. Running off the list is `{ exit: 0 }`. */
  | { readonly exit: number }
  | { readonly die: Signal }
  | { readonly hang: true }
  /** Never starts. Only as the first and last step. */
  | { readonly failToStart: StartFailure }

/**
 * What a program does, as plain frozen data. The fake plays it on virtual time, the actor performs it as a real
 * process, a recording is one.
 *
 * @example [{ write: 'out', data: 'ready\n' }, { wait: 500 }, { exit: 3 }]
 */
export type Scenario = readonly Step[]

const ENDS = ['exit', 'die', 'hang', 'failToStart']

/** Whether a step ends the program. */
export function isEnd(step: Step): boolean {
  return ENDS.some((end) => end in step)
}

/** The bytes that a scenario's data stands for. */
export function bytesOf(data: Data): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.base64, 'base64')
}

/** Bytes as scenario data: text where they are UTF-8, base64 where not. */
export function dataOf(bytes: Uint8Array): Data {
  const text = Buffer.from(bytes).toString('utf8')
  return Buffer.from(text).equals(bytes) ? text : { base64: Buffer.from(bytes).toString('base64') }
}

const BLOCK = 65_536

/** The data of a write step, `times` over, in blocks of a bounded size. */
export function* blocksOf(data: Data, times = 1): Generator<Uint8Array> {
  const once = bytesOf(data)
  const together = Math.max(1, Math.floor(BLOCK / Math.max(1, once.length)))
  for (let left = times; left > 0; left -= together) {
    const count = Math.min(left, together)
    yield count === 1 ? once : Buffer.concat(Array.from({ length: count }, () => once))
  }
}
