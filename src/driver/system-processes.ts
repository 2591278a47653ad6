import type {
  ProcessDetails,
  ProcessRow,
  ProcessSample,
  ProcessTable,
  ProcessUsage,
  UnreadableProcess,
} from '../contracts/process-table.ts'
import type { Signal } from '../contracts/signals.ts'
import { asOurOwn } from '../own-starts.ts'

/** Whoever knows the processes of this kind of machine. */
type Knowing = Omit<ProcessTable, 'signal' | 'isRunning' | 'self' | 'epoch'>

/** The machine's processes: by /proc where there is one; by `ps` or PowerShell, and pidusage for what they use, elsewhere. */
export class SystemProcesses implements ProcessTable {
  readonly self: number = process.pid
  #epoch: string | undefined
  #loading: Promise<Knowing> | undefined

  get epoch(): string {
    this.#epoch ??= bootId()
    return this.#epoch
  }

  async list(): Promise<readonly ProcessRow[]> {
    return (await this.#table).list()
  }

  async find(pid: number): Promise<ProcessRow | undefined> {
    return (await this.#table).find(pid)
  }

  async isRunning(pid: number): Promise<boolean> {
    const row = await this.find(pid)
    return row !== undefined && row.state !== 'zombie'
  }

  async usage(pid: number): Promise<ProcessUsage | undefined> {
    return (await this.#table).usage(pid)
  }

  async sample(pids: readonly number[]): Promise<ReadonlyMap<number, ProcessSample | UnreadableProcess>> {
    return (await this.#table).sample(pids)
  }

  hold(pid: number): () => void {
    const held = this.#table.then((table) => table.hold(pid))
    return () => void held.then((release) => release())
  }

  async details(pid: number, ask?: { readonly proportionalMemory?: boolean }): Promise<ProcessDetails | undefined> {
    return (await this.#table).details(pid, ask)
  }

  async descendants(pid: number): Promise<readonly number[]> {
    return (await this.#table).descendants(pid)
  }

  signal(pid: number, signal: Signal | 0): boolean {
    return sendSignal(pid, signal)
  }

  get #table(): Promise<Knowing> {
    this.#loading ??= loadTable()
    return this.#loading
  }
}

async function loadTable(): Promise<Knowing> {
  if (process.platform === 'linux') return new (await import('./proc-table.ts')).ProcTable()
  return new (await import('./listed-table.ts')).ListedTable()
}

// Linux counts from its boot, others by the calendar.
function bootId(): string {
  if (process.platform !== 'linux') return ''
  try {
    return process.getBuiltinModule('node:fs').readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** What Node says where there is nobody; Windows also says it of signals that it does not have. */
const NOBODY: readonly unknown[] = process.platform === 'win32' ? ['ESRCH', 'ENOSYS'] : ['ESRCH']

/** Sends a signal, or asks with 0 whether it could be sent. `false` when nothing has that number. */
export function sendSignal(pid: number, signal: Signal | 0): boolean {
  // Windows has no groups: whoever has the number is meant.
  const target = process.platform === 'win32' ? Math.abs(pid) : pid
  try {
    return asOurOwn(() => process.kill(target, signal))
  } catch (error) {
    if (NOBODY.includes((error as NodeJS.ErrnoException).code)) return false
    throw error
  }
}

/** Who still executes in a process group. A zombie belongs to it, but does not execute. */
export async function groupMembers(group: number): Promise<readonly number[]> {
  if (process.platform === 'win32' || !groupExists(group)) return []
  const rows = await new SystemProcesses().list()
  return rows.filter((row) => row.group === group && row.state !== 'zombie').map((row) => row.pid)
}

/**
 * Whether the number of a group, whose first member is over and reaped, is somebody else's by now: no process gets it as its
 * pid as long as anybody of the group is there.
 */
export function isTaken(group: number): boolean {
  return process.platform === 'linux' && process.getBuiltinModule('node:fs').existsSync(`/proc/${group}`)
}

/** Which of these processes execute, and in which groups. */
export async function executing(pids: readonly number[]): Promise<readonly ProcessRow[]> {
  const rows = await new SystemProcesses().list()
  return rows.filter(({ pid, state }) => pids.includes(pid) && state !== 'zombie')
}

/** Whether a group has any member, zombies included. */
export function groupExists(group: number): boolean {
  try {
    return sendSignal(-group, 0)
  } catch {
    return true
  }
}
