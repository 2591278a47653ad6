import type { Source } from '../contracts/driver.ts'
import { openChannel } from './channel.ts'
import { IdlePipe, type Taker } from './child-streams.ts'
import { Mirror } from './mirror.ts'
import type { NodeChild, SpawnOptions } from './node-internals.ts'
import { type Connected, connectExtra, connectInput, connectOutput } from './plumbing.ts'
import type { Slot } from './stdio.ts'

/** The caller's ends of the pipes of a rehearsed process. */
export interface Ends {
  readonly stdin: Taker | undefined
  readonly stdout: Source | undefined
  readonly stderr: Source | undefined
}

/** The streams of a ChildProcess that has no process of the machine's, and the event 'close' that waits for them. */
export class ChildStdio {
  readonly stdout: Mirror | undefined
  readonly stderr: Mirror | undefined
  /** Resolves when the child has closed. */
  readonly closed: Promise<void>
  readonly #child: NodeChild
  readonly #slots: readonly Slot[]
  readonly #ends: Ends
  readonly #atExit: (() => void)[] = []
  #connected: readonly Connected[] = []
  #abandoned = 0
  #close: () => void = () => {}

  constructor(child: NodeChild, slots: readonly Slot[], ends: Ends) {
    this.#child = child
    this.#slots = slots
    this.#ends = ends
    this.stdout = ends.stdout && new Mirror()
    this.stderr = ends.stderr && new Mirror()
    this.closed = new Promise((resolve) => {
      this.#close = resolve
    })
  }

  /** Gives the child its streams. `onInput` hears what is written to its stdin. */
  attach({ serialization }: SpawnOptions, onInput: (bytes: Uint8Array) => void): void {
    const [stdin, stdout, stderr, ...extra] = this.#slots as [Slot, Slot, Slot, ...Slot[]]
    this.#connected = [
      connectInput(stdin, this.#ends.stdin, onInput),
      connectOutput(stdout, this.#ends.stdout, this.stdout),
      connectOutput(stderr, this.#ends.stderr, this.stderr),
    ]
    const streams = [...this.#connected.map(({ stream }) => stream), ...extra.map(connectExtra)]
    for (const stream of streams.slice(1)) {
      if (stream) this.#awaitClose((closed) => stream.once('close', closed))
      if (stream instanceof IdlePipe) this.#atExit.push(() => stream.finish())
    }
    if (extra.some(({ kind }) => kind === 'ipc')) {
      const abandoned = () => this.#abandon()
      this.#awaitClose((closed) => this.#atExit.push(openChannel(this.#child, serialization, { closed, abandoned })))
    }
    Object.assign(this.#child, { stdin: streams[0], stdout: streams[1], stderr: streams[2], stdio: streams })
  }

  /** Lets the streams flow. */
  begin(): void {
    for (const { begin } of this.#connected) begin()
  }

  /** The process is over: `tell` is how Node hears of it. */
  end(tell: () => void): void {
    for (const action of this.#atExit) action()
    try {
      tell()
    } finally {
      this.#settle()
    }
  }

  /** Holds the event 'close' back until something else is over as well. */
  #awaitClose(begin: (closed: () => void) => void): void {
    this.#child._closesNeeded++
    begin(() => {
      this.#child._closesGot++
      if (this.#isClosed) this.#child.emit('close', this.#child.exitCode, this.#child.signalCode)
      this.#settle()
    })
  }

  // Node waits for ever for the end of such a channel. Nobody else does.
  #abandon(): void {
    this.#abandoned++
    this.#settle()
  }

  get #isClosed(): boolean {
    return this.#child._closesGot === this.#child._closesNeeded
  }

  #settle(): void {
    if (this.#child._closesGot + this.#abandoned === this.#child._closesNeeded) this.#close()
  }
}
