import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CgroupPlace } from './cgroup-places.ts'
import type { PlannedCgroup } from './cgroup-plan.ts'
import type { SystemPlan } from './isolation-plan.ts'
import { startError } from './start-error.ts'
import { sendSignal } from './system-processes.ts'

/** As often as members are read again, because some were born meanwhile. */
const ROUNDS = 100
const swept = new Set<string>()

/** The cgroups of one process, and of all that it starts. */
export class Cage {
  /** Whether the end of the process is the end of everything in here. */
  readonly wholeTree: boolean
  readonly #groups: readonly PlannedCgroup[]
  readonly #memory: number | undefined

  private constructor({ cgroups, wholeTree, memory }: SystemPlan) {
    this.#groups = cgroups
    this.wholeTree = wholeTree
    this.#memory = memory
  }

  /**
   * Makes the groups that are planned; nothing where none are.
   *
   * @throws ProcessStartError with the system's errno.
   */
  static make(program: string, plan: SystemPlan): Cage | undefined {
    if (plan.cgroups.length === 0) return undefined
    const cage = new Cage(plan)
    try {
      cage.#build()
      return cage
    } catch (error) {
      cage.remove()
      throw startError(program, error as NodeJS.ErrnoException)
    }
  }

  /** Who is in it, zombies included. */
  members(): readonly number[] {
    const folder = this.#groups[0]?.folder ?? ''
    return read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number)
  }

  /** Ends everything in it with KILL. */
  kill(): void {
    for (const { folder, place } of this.#groups) if (place.unified && killWhole(folder)) return
    for (let round = 0; round < ROUNDS; round++) {
      const members = this.members()
      if (members.length === 0) return
      for (const pid of members) sendSignal(pid, 'SIGKILL')
    }
  }

  /** The limit, if somebody in here was killed because it was reached. */
  exceeded(): number | undefined {
    const group = this.#groups.find(({ settings }) => Object.keys(settings).some((name) => name.startsWith('memory.')))
    if (!group) return undefined
    const counts = read(join(group.folder, group.place.unified ? 'memory.events' : 'memory.oom_control'))
    return /^oom_kill [1-9]/m.test(counts) ? this.#memory : undefined
  }

  /** Takes it away. `false` while somebody is in it. */
  remove(): boolean {
    return this.#groups.map(({ folder }) => removed(folder)).every(Boolean)
  }

  #build(): void {
    for (const { folder, settings, place } of this.#groups) {
      sweep(place)
      mkdirSync(folder)
      for (const [file, value] of Object.entries(settings)) write(join(folder, file), value)
    }
  }
}

// A kernel that cannot kill a group at once does not have the file.
function write(file: string, value: string): void {
  try {
    writeFileSync(file, value)
  } catch (error) {
    if (!file.endsWith('memory.oom.group')) throw error
  }
}

function killWhole(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'cgroup.kill'), '1', { flag: 'r+' })
    return true
  } catch {
    return false
  }
}

/** Takes away, once, what parents have left behind that were killed. */
function sweep({ folder }: CgroupPlace): void {
  if (swept.has(folder)) return
  swept.add(folder)
  for (const name of readdirSync(folder)) {
    const [, pid] = /^rehearsal-(\d+)-\d+$/.exec(name) ?? []
    if (pid !== undefined && !isThere(Number(pid))) removed(join(folder, name))
  }
}

function isThere(pid: number): boolean {
  try {
    return sendSignal(pid, 0)
  } catch {
    return true
  }
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
