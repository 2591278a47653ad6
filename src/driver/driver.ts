import type { AtOnce } from '../contracts/at-once.ts'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Command } from '../contracts/command.ts'
import type { Driver, Handle, Joint } from '../contracts/driver.ts'
import { insistedOn } from '../contracts/isolation.ts'
import type { Random } from '../contracts/random.ts'
import { IsolationError } from '../isolation-error.ts'
import { SystemIsolation } from './isolation.ts'
import type { KernelPipes } from './kernel-pipes.ts'
import { load } from './loading.ts'
import { programOf, startError } from './start-error.ts'
import type * as Starting from './starting.ts'
import { stateFolder } from './state-folder.ts'
import { SystemClock } from './system-clock.ts'
import { SystemFiles } from './system-files.ts'
import type { SystemHandle } from './system-handle.ts'
import { SystemNet } from './system-net.ts'
import { SystemProcesses } from './system-processes.ts'

const windows = process.platform === 'win32'

const CAPABILITIES: Capabilities = {
  groups: windows ? 'Windows has no process groups to signal' : true,
  signals: windows ? 'Windows ends a process for every signal' : true,
  inherit: true,
  joints: windows ? 'Windows has no pipe that could be made and handed over here' : true,
  virtualTime: 'the time of the machine passes by itself',
}

export interface SystemDriverOptions {
  /**
   * The folder of a cgroup that was handed over to us, in which others may be made; `false` for none. Our own is tried unless
   * this is given.
   */
  readonly cgroup?: string | false
}

/** The real machine. What starts processes and connects them is loaded when something is started or connected. */
export class SystemDriver implements Driver {
  readonly capabilities: Capabilities = CAPABILITIES
  readonly clock: SystemClock = new SystemClock()
  readonly random: Random = { next: Math.random }
  readonly files: SystemFiles = new SystemFiles()
  readonly processes: SystemProcesses = new SystemProcesses()
  readonly net: SystemNet = new SystemNet()
  readonly isolation: SystemIsolation
  /** Whoever wants something at once does it themselves: this is the machine. They keep nothing apart. */
  readonly atOnce: AtOnce = {
    start: (command, caller) => plain(command) && caller.real(),
    run: (command, caller) => plain(command) && caller.real(),
  }
  #starting: typeof Starting | undefined
  #stateFolder: string | undefined
  #pipes: KernelPipes | undefined
  readonly #alive = new Set<SystemHandle>()
  /** Those that are over themselves, while somebody of their group may still execute. */
  readonly #left = new Set<SystemHandle>()

  constructor({ cgroup }: SystemDriverOptions = {}) {
    this.isolation = new SystemIsolation(cgroup)
  }

  get stateFolder(): string {
    this.#stateFolder ??= stateFolder()
    return this.#stateFolder
  }

  async start(command: Command): Promise<Handle> {
    this.#starting ??= await load(programOf(command), () => import('./starting.ts'))
    const handle = await this.#starting.startProcess(command, this.clock, this.isolation)
    this.#follow(handle)
    return handle
  }

  async joint(): Promise<Joint> {
    const pipes = this.#pipes ?? (await this.#preparePipes())
    try {
      return await pipes.joint()
    } catch (cause) {
      throw startError('|', cause as NodeJS.ErrnoException)
    }
  }

  async close(): Promise<void> {
    this.#pipes?.close()
    const all = [...this.#alive, ...this.#left].filter((handle) => handle.active)
    for (const handle of all) handle.kill('SIGKILL', 'group')
    await Promise.all(all.map((handle) => handle.exit))
  }

  // Two that come at once share what the first of them makes.
  async #preparePipes(): Promise<KernelPipes> {
    const { KernelPipes } = await load('|', () => import('./kernel-pipes.ts'))
    this.#pipes ??= new KernelPipes()
    return this.#pipes
  }

  #follow(handle: SystemHandle): void {
    for (const gone of this.#left) if (!gone.active) this.#left.delete(gone)
    this.#alive.add(handle)
    void handle.exit.then(() => {
      this.#alive.delete(handle)
      this.#left.add(handle)
    })
  }
}

/** @throws IsolationError for a command that is to be kept apart. */
function plain(command: Command): true {
  if (insistedOn(command.isolation).length === 0) return true
  throw IsolationError.withinCall(programOf(command))
}
