import { descendantsIn } from '../contracts/descendants.ts'
import type {
  ProcessDetails,
  ProcessRow,
  ProcessSample,
  ProcessTable,
  ProcessUsage,
} from '../contracts/process-table.ts'
import type { Scenario } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Birth } from './birth.ts'
import type { Chance } from './chance.ts'
import { Ears } from './ears.ts'
import { FakeProcess } from './fake-process.ts'
import type { Fate, SentSignal } from './fate.ts'
import { Loopback } from './loopback.ts'
import type { MemoryFiles } from './memory-files.ts'
import { detailsOf, rowOf, sampleOf, usageOf } from './observed.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** The pid of whoever rehearses: the parent of all that is started. */
export const CALLER = 1000
const INIT = 1

/** The machine of a rehearsal: its processes, their groups, and what they share. A process table like any other. */
export class Machine implements ProcessTable {
  readonly self: number = CALLER
  readonly epoch: string = 'rehearsal'
  readonly clock: VirtualClock
  readonly chance: Chance
  readonly ears: Ears
  readonly files: MemoryFiles
  readonly net: Loopback = new Loopback()
  readonly #processes = new Map<number, FakeProcess>()
  /** Zombies whose parents are stopped. */
  readonly #neglected = new Map<FakeProcess, () => void>()
  /** Whether nobody can find out what processes use. */
  veiled = false
  /** What goes wrong here, if anything does. */
  fate: Fate | undefined
  #lastPid = CALLER
  #births = 0

  constructor(clock: VirtualClock, chance: Chance, files: MemoryFiles) {
    this.clock = clock
    this.chance = chance
    this.ears = new Ears(chance)
    this.files = files
  }

  bear(birth: Birth, pid?: number): FakeProcess {
    const child = new FakeProcess(this, { pid: this.freePid(pid), serial: ++this.#births }, birth)
    this.#processes.set(child.pid, child)
    birth.cage?.join(child)
    this.fate?.born(child)
    return child
  }

  /** Whether a new process may have a number: as in a kernel, it stays in use while a group or a session bears it. */
  isFree(pid: number): boolean {
    if (pid === CALLER || pid <= INIT || this.#processes.has(pid)) return false
    for (const { group, session } of this.#processes.values()) if (group === pid || session === pid) return false
    return true
  }

  /** Starts a child. `false` when there may be no more of them. */
  fork(parent: FakeProcess, scenario: Scenario, options: { detached?: boolean; quiet?: boolean }): boolean {
    const { birth } = parent
    if (birth.cage?.isFull) return false
    const child = this.bear({
      ...birth,
      parent: parent.pid,
      group: options.detached ? 'own' : parent.group,
      session: options.detached ? 'own' : parent.session,
      founder: options.detached ? undefined : parent.founder,
      text: `${birth.text} (child)`,
      stdin: undefined,
      stdout: options.quiet ? undefined : parent.pipe('out'),
      stderr: options.quiet ? undefined : parent.pipe('err'),
      ends: {},
    })
    this.clock.schedule(() => child.perform(scenario), 0, 0)
    return true
  }

  /** A pid for a new process. None is ever used again by itself: code that mixes two processes up cannot pass by luck. */
  freePid(wanted?: number): number {
    if (wanted !== undefined && !this.#processes.has(wanted)) return wanted
    const fated = this.fate?.pid((pid) => this.isFree(pid))
    if (fated !== undefined) return fated
    do this.#lastPid++
    while (this.#processes.has(this.#lastPid))
    return this.#lastPid
  }

  /** Keeps the code outside busy for so long: it hears nothing meanwhile, and of all that came before its timers fire. */
  stall(ms: number): void {
    const { clock, ears } = this
    clock.stall(ms)
    ears.cover()
    clock.schedule(() => clock.stalled || ears.uncover(), ms, 0)
  }

  /** A process is over: `tell` lets its parent know, as soon as that listens. Until then it is a zombie. */
  died(dead: FakeProcess, tell: () => void): void {
    const late = this.fate?.died(dead) ?? 0
    const reap = (): void => {
      // The code outside looks after its children when it is not busy: until then they are zombies.
      if (dead.birth.parent === CALLER && this.ears.covered) this.ears.hear(reap)
      else this.#reap(dead, tell)
    }
    if (late > 0) this.clock.schedule(reap, late, 0)
    else reap()
  }

  /** Who is in a group: all that bear its number, zombies too. */
  members(group: number): FakeProcess[] {
    return [...this.#processes.values()].filter((member) => member.group === group)
  }

  /** Who is in the group of a process, and not in another one that got its number later; or in its cage, where that is one. */
  family(of: FakeProcess): readonly FakeProcess[] {
    const { cage } = of.birth
    if (cage?.wholeTree) return cage.members
    return this.members(of.group).filter(({ founder }) => founder === of.founder)
  }

  /** Sends a signal to a process or its group, as far as they are there. Says whether it reached anybody. */
  kill(one: FakeProcess, signal: Signal, whom: 'process' | 'group'): boolean {
    if (whom === 'group') return this.#send(this.family(one), { signal, pid: -one.group, by: 'handle' })
    return this.#send(this.#processes.get(one.pid) === one ? [one] : [], { signal, pid: one.pid, by: 'handle' })
  }

  parentOf(child: FakeProcess): number {
    const { parent } = child.birth
    return parent === CALLER ? CALLER : (this.parent(child)?.pid ?? INIT)
  }

  /** Its parent, when that is a rehearsed process that still lives. */
  parent(child: FakeProcess): FakeProcess | undefined {
    const parent = this.#processes.get(child.birth.parent)
    return parent?.alive && parent.serial < child.serial ? parent : undefined
  }

  /** Ends everything with KILL. */
  endAll(): void {
    for (const process of [...this.#processes.values()]) process.receive('SIGKILL')
  }

  list(): Promise<readonly ProcessRow[]> {
    const rows = [...this.#processes.values()].map((process) => this.#row(process))
    return Promise.resolve(rows.sort((a, b) => a.pid - b.pid))
  }

  find(pid: number): Promise<ProcessRow | undefined> {
    const process = this.#processes.get(pid)
    return Promise.resolve(process && this.#row(process))
  }

  isRunning(pid: number): Promise<boolean> {
    return Promise.resolve(this.#processes.get(pid)?.alive ?? false)
  }

  usage(pid: number): Promise<ProcessUsage | undefined> {
    const process = this.#visible(pid)
    return Promise.resolve(process && usageOf(process))
  }

  sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample>> {
    const there = pids.map((pid) => this.#visible(pid)).filter((process) => process !== undefined)
    return Promise.resolve(new Map(there.map((process) => [process.pid, sampleOf(process, this.parentOf(process))])))
  }

  /** Looking costs nothing here. */
  hold(): () => void {
    return () => {}
  }

  details(pid: number, ask: { readonly proportionalMemory?: boolean } = {}): Promise<ProcessDetails | undefined> {
    const process = this.#visible(pid)
    return Promise.resolve(process && detailsOf(process, ask.proportionalMemory === true))
  }

  async descendants(pid: number): Promise<readonly number[]> {
    return descendantsIn(await this.list(), pid)
  }

  signal(pid: number, signal: Signal | 0): boolean {
    const one = this.#processes.get(pid)
    const whom = pid < 0 ? this.members(-pid) : one ? [one] : []
    if (signal === 0) return whom.length > 0
    if (whom.length === 0) this.fate?.sent({ signal, pid, to: undefined, by: 'number' })
    return this.#send(whom, { signal, pid, by: 'number' })
  }

  /** @throws an error with `code` `EPERM` when none of them may be signalled. */
  #send(whom: readonly FakeProcess[], sent: Omit<SentSignal, 'to'>): boolean {
    let refused = 0
    for (const to of whom) {
      const late = this.fate?.sent({ ...sent, to }) ?? 0
      if (late === 'EPERM') refused++
      else if (late > 0) this.clock.schedule(() => to.receive(sent.signal), late, 0)
      else to.receive(sent.signal)
    }
    if (refused > 0 && refused === whom.length) throw notOurs(sent.pid)
    return whom.length > 0
  }

  // Who is stopped looks after its children when it goes on, or others do when it is over.
  #reap(dead: FakeProcess, tell: () => void): void {
    const parent = this.parent(dead)
    if (parent?.stopped) {
      this.#neglected.set(dead, tell)
      parent.canAct(() => this.#reapNeglected())
      return
    }
    this.#processes.delete(dead.pid)
    this.fate?.reaped(dead)
    parent?.receive('SIGCHLD')
    this.ears.hear(tell)
    this.#reapNeglected()
  }

  #reapNeglected(): void {
    for (const [dead, tell] of this.#neglected) {
      if (this.parent(dead)?.stopped) continue
      this.#neglected.delete(dead)
      this.#reap(dead, tell)
    }
  }

  #row(process: FakeProcess): ProcessRow {
    return rowOf(process, this.parentOf(process))
  }

  #visible(pid: number): FakeProcess | undefined {
    return this.veiled ? undefined : this.#processes.get(pid)
  }
}

function notOurs(pid: number): Error {
  return Object.assign(new Error(`kill EPERM: ${pid} is not ours`), { code: 'EPERM', syscall: 'kill' })
}
