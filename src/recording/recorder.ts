import { resolve } from 'node:path'
import type { AtOnce } from '../contracts/at-once.ts'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Driver, Handle, Joint } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { Isolation } from '../contracts/isolation.ts'
import type { Net } from '../contracts/net.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import type { Random } from '../contracts/random.ts'
import type { Signal } from '../contracts/signals.ts'
import { NotFakeableError, ProcessStartError } from '../errors.ts'
import { recordedAtOnce } from './at-once.ts'
import { isUnseen } from './input.ts'
import { RecordedHandle } from './recorded-handle.ts'
import { NONE, Redirects } from './redirects.ts'
import type { Take } from './take.ts'
import type { Tape } from './tape.ts'

/** Why a recording connects no processes. */
export const NO_JOINTS = 'a recording has to see what goes from one process to the next'

/** A driver around a driver: everything runs there as it would, and a tape keeps what is seen of it. */
export class RecordingDriver implements Driver {
  readonly capabilities: Capabilities
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly processes: ProcessTable
  readonly net: Net
  readonly atOnce: AtOnce | undefined
  readonly isolation: Isolation | undefined
  readonly stateFolder: string | undefined
  readonly #inner: Driver
  readonly #tape: Tape
  readonly #redirects: Redirects
  readonly #running = new Map<number, Take>()

  constructor(inner: Driver, tape: Tape) {
    this.#inner = inner
    this.#tape = tape
    this.#redirects = new Redirects(inner.files)
    const follow = (handle: Handle, take: Take) => this.#follow(new RecordedHandle(handle, take, NONE), take)
    this.atOnce = inner.atOnce && recordedAtOnce(inner.atOnce, tape, follow)
    this.capabilities = { ...inner.capabilities, joints: NO_JOINTS }
    this.isolation = inner.isolation
    this.clock = inner.clock
    this.random = inner.random
    this.files = inner.files
    this.net = inner.net
    this.stateFolder = inner.stateFolder
    this.processes = listeningTable(
      inner.processes,
      (pid, signal) => this.#running.get(pid)?.signalled(signal) ?? NOTHING,
    )
  }

  async start(command: Command): Promise<Handle> {
    // What goes to the caller's own terminal passes nobody who could keep it.
    if (isUnseen(command)) return this.#inner.start(command)
    const file = await this.#inputFile(command)
    const take = this.#tape.begin(command)
    if (file) take.given(file)
    if (file) take.inputEnded()
    const redirected = await this.#redirects.open(command)
    try {
      const handle = await this.#inner.start({ ...command, unattended: false })
      return this.#follow(new RecordedHandle(handle, take, redirected), take)
    } catch (error) {
      if (error instanceof ProcessStartError) take.failed(error)
      else this.#tape.drop(take)
      throw error
    }
  }

  joint(): Promise<Joint> {
    return Promise.reject(new NotFakeableError(`Cannot make a joint: ${NO_JOINTS}`))
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #follow(handle: RecordedHandle, take: Take): Handle {
    this.#running.set(handle.pid, take)
    void handle.exit.then(() => this.#running.delete(handle.pid))
    return handle
  }

  // A file that cannot be read refuses the start by itself.
  #inputFile({ stdin, cwd }: Command): Promise<Uint8Array> | undefined {
    if (typeof stdin === 'string' || 'joint' in stdin) return undefined
    return this.files.read(resolve(cwd ?? process.cwd(), stdin.file)).catch(() => new Uint8Array(0))
  }
}

const NOTHING = (): void => {}

/** The same table, where `heard` learns of the signals that are sent by pid or group. */
function listeningTable(inner: ProcessTable, heard: (pid: number, signal: Signal) => () => void): ProcessTable {
  return {
    self: inner.self,
    get epoch() {
      return inner.epoch
    },
    list: () => inner.list(),
    find: (pid) => inner.find(pid),
    isRunning: (pid) => inner.isRunning(pid),
    usage: (pid) => inner.usage(pid),
    sample: (pids) => inner.sample(pids),
    hold: (pid) => inner.hold(pid),
    details: (pid, ask) => inner.details(pid, ask),
    descendants: (pid) => inner.descendants(pid),
    signal(pid, signal) {
      // Asking whether somebody is there sends nothing.
      if (signal === 0) return inner.signal(pid, signal)
      const forget = heard(Math.abs(pid), signal)
      const reached = inner.signal(pid, signal)
      if (!reached) forget()
      return reached
    },
  }
}
