import type { SpawnSyncReturns } from 'node:child_process'
import { writeSync } from 'node:fs'
import type { BlockedCaller, FinishedCall } from '../contracts/at-once.ts'
import { type Signal, toSignal } from '../contracts/signals.ts'
import { ProcessStartError } from '../errors.ts'
import { runNow } from '../launch-now.ts'
import type { Wiring } from '../origin.ts'
import type { World } from '../world.ts'
import { errnoOf } from './failure.ts'
import type { SpawnOptions } from './node-internals.ts'
import { settingsOf } from './request.ts'
import { readSlots, type Slot, wiringOf } from './stdio.ts'

type Result = SpawnSyncReturns<string | Buffer>

/** The options that only the synchronous calls have. */
interface SyncOptions extends SpawnOptions {
  readonly input?: string | NodeJS.ArrayBufferView
  readonly encoding?: BufferEncoding | 'buffer'
  readonly maxBuffer?: number
}

const MEGABYTE = 1024 * 1024
/** What a sync call cannot be joined to in a rehearsal. */
const REFUSED: Wiring = { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' }

/** One synchronous call, in one world. */
export class SyncStart {
  readonly #world: World
  readonly #options: SyncOptions
  readonly #next: () => Result
  readonly #slots: readonly Slot[] | undefined
  /** What came of the call for real, if it was. */
  #real: Result | undefined

  constructor(world: World, options: SyncOptions, next: () => Result) {
    this.#world = world
    this.#options = options
    this.#next = next
    this.#slots = readSlots(options.stdio)
  }

  /** @throws the errors of a rehearsal, such as StrayProcessError: only the system's own are part of a result. */
  run(): Result {
    const { input } = this.#caller
    const settings = { ...settingsOf(this.#options, this.#world), input }
    try {
      const finished = runNow(this.#world, settings, this.#wiring, this.#caller)
      return this.#real ?? this.#resultOf(finished)
    } catch (error) {
      if (this.#real) return this.#real
      const errno = error instanceof ProcessStartError ? errnoOf(error.errno) : undefined
      if (errno === undefined) throw error
      return this.#notStarted((error as ProcessStartError).errno, errno)
    }
  }

  get #wiring(): Wiring {
    const stdin = this.#slots?.[0]
    const readsFile = stdin?.kind === 'descriptor' && stdin.fd !== 0
    return this.#slots && !readsFile ? wiringOf(this.#slots) : REFUSED
  }

  get #caller(): BlockedCaller {
    const { input = '', encoding, timeout, killSignal, maxBuffer = MEGABYTE } = this.#options
    return {
      real: () => this.#runForReal(),
      input: typeof input === 'string' ? Buffer.from(input, textEncoding(encoding)) : bytesOf(input),
      timeout,
      killSignal: signalOf(killSignal),
      maxBuffer,
    }
  }

  #runForReal(): FinishedCall {
    const { clock } = this.#world.driver
    const startedAt = clock.monotonic()
    const result = this.#next()
    this.#real = result
    const { error, pid, status, signal } = result
    const code = (error as NodeJS.ErrnoException | undefined)?.code
    if (error && pid === 0) throw new ProcessStartError(this.#options.file, code ?? 'EUNKNOWN')
    const [out, err] = [result.stdout, result.stderr].map((output) => this.#bytes(output))
    const cut = code === 'ETIMEDOUT' || code === 'ENOBUFS' ? code : undefined
    const durationMs = clock.monotonic() - startedAt
    return { pid, exit: { code: status, signal }, out: out as Buffer, err: err as Buffer, durationMs, cut }
  }

  #bytes(output: string | Buffer | null | undefined): Buffer {
    return typeof output === 'string'
      ? Buffer.from(output, textEncoding(this.#options.encoding))
      : (output ?? Buffer.alloc(0))
  }

  #resultOf({ pid, exit, out, err, cut }: FinishedCall): Result {
    const slots = this.#slots ?? []
    const output = slots.map((slot, index) => this.#deliver(slot, [undefined, out, err][index]))
    const [, stdout, stderr] = output
    const ended = { status: exit.code, signal: exit.signal, output, pid, stdout, stderr }
    return { ...(cut ? { error: this.#failure(cut, errnoOf(cut)) } : {}), ...ended } as Result
  }

  // What does not come back in the result goes where the caller's own descriptor leads.
  #deliver(slot: Slot, bytes: Uint8Array | undefined): string | Buffer | null {
    if (!bytes) return null
    const buffer = Buffer.from(bytes)
    if (slot.kind === 'descriptor') {
      if (slot.fd === 1) process.stdout.write(buffer)
      else if (slot.fd === 2) process.stderr.write(buffer)
      else writeSync(slot.fd, buffer)
    }
    const { encoding = 'buffer' } = this.#options
    if (slot.kind !== 'pipe') return null
    return encoding === 'buffer' ? buffer : buffer.toString(encoding)
  }

  #notStarted(code: string, errno: number): Result {
    const error = this.#failure(code, errno)
    const nothing = { output: null, pid: 0, stdout: undefined, stderr: undefined }
    return { error, status: null, signal: null, ...nothing } as unknown as Result
  }

  #failure(code: string, errno: number | undefined): Error {
    const { file, args } = this.#options
    const syscall = `spawnSync ${file}`
    return Object.assign(new Error(`${syscall} ${code}`), {
      errno,
      code,
      syscall,
      path: file,
      spawnargs: args.slice(1),
    })
  }
}

function textEncoding(encoding: BufferEncoding | 'buffer' | undefined): BufferEncoding {
  return encoding === undefined || encoding === 'buffer' ? 'utf8' : encoding
}

function bytesOf(view: NodeJS.ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function signalOf(signal: NodeJS.Signals | number | undefined): Signal {
  return signal === undefined ? 'SIGTERM' : toSignal(signal as Signal)
}
