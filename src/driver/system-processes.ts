import type * as FileSystem from 'node:fs'
import { CpuShare } from '../contracts/cpu-share.ts'
import type { ProcessRow, ProcessTable, ProcessUsage } from '../contracts/process-table.ts'
import type { Signal } from '../contracts/signals.ts'
import { asOurOwn } from '../own-starts.ts'

/** The machine's processes: /proc where there is one, `ps` or PowerShell elsewhere, and pidusage for what they use. */
export class SystemProcesses implements ProcessTable {
  readonly #shares = new Map<number, CpuShare>()

  async list(): Promise<readonly ProcessRow[]> {
    if (process.platform !== 'linux') return listElsewhere()
    const fs = await import('node:fs')
    const pids = fs.readdirSync('/proc').map(Number).filter(Number.isInteger)
    const rows = pids.map((pid) => readRow(fs, pid)).filter((row) => row !== undefined)
    return rows.sort((a, b) => a.pid - b.pid)
  }

  async find(pid: number): Promise<ProcessRow | undefined> {
    if (process.platform === 'linux') return readRow(await import('node:fs'), pid)
    return (await listElsewhere()).find((row) => row.pid === pid)
  }

  async isRunning(pid: number): Promise<boolean> {
    const row = await this.find(pid)
    return row !== undefined && row.state !== 'zombie'
  }

  async usage(pid: number): Promise<ProcessUsage | undefined> {
    const { default: pidusage } = await import('pidusage')
    try {
      const { memory, ctime, elapsed } = await asOurOwn(() => pidusage(pid))
      return { memory, cpu: this.#shareOf(pid).look(ctime, elapsed), uptime: elapsed }
    } catch (error) {
      if (await this.find(pid)) throw error
      this.#shares.delete(pid)
      return undefined
    }
  }

  // pidusage has a share of its own, but knows none at the first look.
  #shareOf(pid: number): CpuShare {
    const share = this.#shares.get(pid) ?? new CpuShare()
    this.#shares.set(pid, share)
    return share
  }

  signal(pid: number, signal: Signal | 0): boolean {
    return sendSignal(pid, signal)
  }
}

async function listElsewhere(): Promise<readonly ProcessRow[]> {
  return (await import('./process-list.ts')).listElsewhere()
}

/** Sends a signal, or asks with 0 whether it could be sent. `false` when nothing has that number. */
export function sendSignal(pid: number, signal: Signal | 0): boolean {
  try {
    return asOurOwn(() => process.kill(pid, signal))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Who still executes in a process group. A zombie belongs to it, but does not execute. */
export async function groupMembers(group: number): Promise<readonly number[]> {
  if (process.platform === 'win32' || !groupExists(group)) return []
  const rows = await new SystemProcesses().list()
  return rows.filter((row) => row.group === group && row.state !== 'zombie').map((row) => row.pid)
}

/** Whether a group has any member, zombies included. */
export function groupExists(group: number): boolean {
  try {
    return sendSignal(-group, 0)
  } catch {
    return true
  }
}

// Fields of /proc/PID/stat after the name, which may itself hold spaces and brackets (proc_pid_stat(5)).
const FIELDS = { state: 0, parent: 1, group: 2, session: 3, startedAt: 19 }

function readRow({ readFileSync }: typeof FileSystem, pid: number): ProcessRow | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const nameEnd = stat.lastIndexOf(')')
    const fields = stat.slice(nameEnd + 2).split(' ')
    const number = (field: keyof typeof FIELDS) => Number(fields[FIELDS[field]])
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return {
      pid,
      parent: number('parent'),
      group: number('group'),
      session: number('session'),
      state: stateOf(fields[FIELDS.state]),
      startedAt: number('startedAt'),
      command: command || `[${stat.slice(stat.indexOf('(') + 1, nameEnd)}]`,
    }
  } catch {
    return undefined
  }
}

function stateOf(letter: string | undefined): ProcessRow['state'] {
  if (letter === 'Z' || letter === 'X') return 'zombie'
  return letter === 'T' || letter === 't' ? 'stopped' : 'running'
}
