import type { ProcessRow, ProcessTable, ProcessUsage } from '../contracts/process-table.ts'
import type { Scenario } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Birth } from './birth.ts'
import type { Chance } from './chance.ts'
import { FakeProcess } from './fake-process.ts'
import type { MemoryFiles } from './memory-files.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The pid of whoever rehearses: the parent of all that is started. */
export const CALLER = 1000
const INIT = 1

/** The machine of a rehearsal: its processes, their groups, and what they share. A process table like any other. */
export class Machine implements ProcessTable {
  readonly clock: VirtualClock
  readonly chance: Chance
  readonly files: MemoryFiles
  readonly #processes = new Map<number, FakeProcess>()
  #lastPid = CALLER

  constructor(clock: VirtualClock, chance: Chance, files: MemoryFiles) {
    this.clock = clock
    this.chance = chance
    this.files = files
  }

  bear(birth: Birth, pid?: number): FakeProcess {
    const child = new FakeProcess(this, this.freePid(pid), birth)
    this.#processes.set(child.pid, child)
    return child
  }

  fork(parent: FakeProcess, scenario: Scenario, options: { detached?: boolean; quiet?: boolean }): void {
    const { birth } = parent
    const child = this.bear({
      ...birth,
      parent: parent.pid,
      group: options.detached ? 'own' : parent.group,
      session: options.detached ? 'own' : parent.session,
      text: `${birth.text} (child)`,
      stdin: undefined,
      stdout: options.quiet ? undefined : parent.pipe('out'),
      stderr: options.quiet ? undefined : parent.pipe('err'),
      ends: {},
    })
    this.clock.schedule(() => child.perform(scenario), 0, 0)
  }

  /** A pid for a new process. None is ever used again: code that mixes two processes up cannot pass by luck. */
  freePid(wanted?: number): number {
    if (wanted !== undefined && !this.#processes.has(wanted)) return wanted
    do this.#lastPid++
    while (this.#processes.has(this.#lastPid))
    return this.#lastPid
  }

  bury(dead: FakeProcess): void {
    this.#processes.delete(dead.pid)
  }

  members(group: number): FakeProcess[] {
    return [...this.#processes.values()].filter((member) => member.group === group)
  }

  signalGroup(group: number, signal: Signal): boolean {
    const members = this.members(group)
    for (const member of members) member.receive(signal)
    return members.length > 0
  }

  parentOf(child: FakeProcess): number {
    const { parent } = child.birth
    return parent === CALLER ? CALLER : (this.parent(child)?.pid ?? INIT)
  }

  /** Its parent, when that is a rehearsed process that still lives. */
  parent(child: FakeProcess): FakeProcess | undefined {
    return this.#processes.get(child.birth.parent)
  }

  /** Ends everything with KILL. */
  endAll(): void {
    for (const process of [...this.#processes.values()]) process.receive('SIGKILL')
  }

  list(): Promise<readonly ProcessRow[]> {
    const rows = [...this.#processes.values()].map((process) => process.row())
    return Promise.resolve(rows.sort((a, b) => a.pid - b.pid))
  }

  find(pid: number): Promise<ProcessRow | undefined> {
    return Promise.resolve(this.#processes.get(pid)?.row())
  }

  isRunning(pid: number): Promise<boolean> {
    return Promise.resolve(this.#processes.has(pid))
  }

  usage(pid: number): Promise<ProcessUsage | undefined> {
    return Promise.resolve(this.#processes.get(pid)?.usage())
  }

  signal(pid: number, signal: Signal | 0): boolean {
    if (signal === 0) return pid < 0 ? this.members(-pid).length > 0 : this.#processes.has(pid)
    return pid < 0 ? this.signalGroup(-pid, signal) : (this.#processes.get(pid)?.receive(signal) ?? false)
  }
}
