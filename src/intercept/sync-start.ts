import { constants } from 'node:os'
import type { BlockedCaller, FinishedCall } from '../contracts/at-once.ts'
import { toSignal } from '../contracts/signals.ts'
import { ProcessStartError } from '../errors.ts'
import { runNow } from '../launch-now.ts'
import { worldOf } from '../process.ts'
import type { World } from '../world.ts'
import { errnoName, errnoOf } from './failure.ts'
import type { Layer, NodeRun, SyncOptions, SyncResult } from './node-internals.ts'
import { writeTo } from './plumbing.ts'
import { settingsOf } from './request.ts'
import { nativeSlots, type Slot, wiringOf } from './stdio.ts'

/**
 * A synchronous call through the Process of the latest layer; what that lets run for real goes through the layer before, and
 * at last to Node. Gives back what Node's native part does.
 *
 * @throws the errors of a rehearsal, such as StrayProcessError: only the system's own are part of a result.
 */
export function runThrough(layers: readonly Layer[], options: SyncOptions, nodeRun: NodeRun): SyncResult {
  const layer = layers.at(-1)
  if (!layer) return nodeRun(options)
  const next = () => runThrough(layers.slice(0, -1), options, nodeRun)
  return new SyncStart(worldOf(layer.process), options, next).run()
}

/** What comes out of a pipe beyond the third. */
const NOTHING = Buffer.alloc(0)

/** One synchronous call, in one world. */
class SyncStart {
  readonly #world: World
  readonly #options: SyncOptions
  readonly #next: () => SyncResult
  readonly #slots: readonly Slot[]
  /** What came of the call for real, if it was. */
  #real: SyncResult | undefined

  constructor(world: World, options: SyncOptions, next: () => SyncResult) {
    this.#world = world
    this.#options = options
    this.#next = next
    this.#slots = nativeSlots(options.stdio)
  }

  run(): SyncResult {
    const input = this.#options.stdio[0]?.input
    const settings = { ...settingsOf(this.#options, this.#world), input: input && bytesOf(input) }
    try {
      const finished = runNow(this.#world, settings, wiringOf(this.#slots, 'no files'), this.#caller)
      return this.#real ?? this.#resultOf(finished)
    } catch (error) {
      if (this.#real) return this.#real
      const errno = error instanceof ProcessStartError ? errnoOf(error.errno) : undefined
      if (errno === undefined) throw error
      return { error: errno, status: null, signal: null, output: null, pid: 0 }
    }
  }

  get #caller(): BlockedCaller {
    const { stdio, timeout, killSignal, maxBuffer } = this.#options
    return {
      real: () => this.#runForReal(),
      input: bytesOf(stdio[0]?.input),
      timeout,
      killSignal: toSignal(killSignal || constants.signals.SIGTERM),
      maxBuffer: maxBuffer || Number.POSITIVE_INFINITY,
    }
  }

  #runForReal(): FinishedCall {
    const { clock } = this.#world.driver
    const startedAt = clock.monotonic()
    const result = this.#next()
    this.#real = result
    const { error = 0, pid, status, signal, output } = result
    if (!output) throw new ProcessStartError(this.#options.file, errnoName(error))
    const name = error < 0 ? errnoName(error) : undefined
    return {
      pid,
      exit: { code: status, signal },
      out: output[1] ?? Buffer.alloc(0),
      err: output[2] ?? Buffer.alloc(0),
      durationMs: clock.monotonic() - startedAt,
      unseen: (['stdout', 'stderr'] as const).filter((_, index) => this.#slots[index + 1]?.kind === 'descriptor'),
      cut: name === 'ETIMEDOUT' || name === 'ENOBUFS' ? name : undefined,
    }
  }

  #resultOf({ pid, exit, out, err, cut }: FinishedCall): SyncResult {
    const said = [undefined, Buffer.from(out), Buffer.from(err)]
    const output = this.#slots.map((slot, index) => this.#deliver(slot, index < 3 ? said[index] : NOTHING))
    const ended = { status: exit.code, signal: exit.signal, output, pid }
    const errno = cut && errnoOf(cut)
    return errno === undefined ? ended : { error: errno, ...ended }
  }

  // What does not come back in the result goes where the caller's own descriptor leads.
  #deliver(slot: Slot, bytes: Buffer | undefined): Buffer | null {
    if (bytes && slot.kind === 'descriptor') writeTo(slot.fd, bytes)
    return bytes && slot.kind === 'pipe' ? bytes : null
  }
}

function bytesOf(view: NodeJS.ArrayBufferView | undefined): Buffer {
  return view ? Buffer.from(view.buffer, view.byteOffset, view.byteLength) : Buffer.alloc(0)
}
