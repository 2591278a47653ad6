import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ProcessRow } from '../contracts/process-table.ts'
import { asOurOwn } from '../own-starts.ts'

const call = (...command: [string, readonly string[], { maxBuffer: number; env?: NodeJS.ProcessEnv }]) =>
  asOurOwn(() => promisify(execFile)(...command))
const ROOM = { maxBuffer: 64 * 1024 * 1024 }

/** The processes of a machine without /proc: macOS and the BSDs by `ps`, Windows by PowerShell. Not tested here. */
export async function listElsewhere(): Promise<readonly ProcessRow[]> {
  const rows = process.platform === 'win32' ? await askPowerShell() : await askPs()
  return rows.sort((a, b) => a.pid - b.pid)
}

async function askPs(): Promise<ProcessRow[]> {
  // Dates come in the order and the words of the locale, unless it is this one; and a start is the same in any time zone.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await call('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], { ...ROOM, env })
  return stdout.split('\n').flatMap(readPsLine)
}

/** One line of `ps -A -o pid=,ppid=,pgid=,stat=,lstart=,command=`, as a row; nothing for a line of another form. */
export function readPsLine(line: string): ProcessRow[] {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line)
  if (!match) return []
  const [, pid, parent, group, stat = '', started = '', command = ''] = match
  const state = stat.startsWith('Z') ? 'zombie' : stat.startsWith('T') ? 'stopped' : 'running'
  const startedAt = Date.parse(`${started} UTC`)
  return [
    {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(group),
      state,
      startedAt,
      command,
    },
  ]
}

const QUERY =
  'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,CreationDate,Name,CommandLine | ConvertTo-Json -Compress'

interface WindowsRow {
  readonly ProcessId: number
  readonly ParentProcessId: number
  readonly CreationDate: unknown
  readonly Name: string
  readonly CommandLine: string | null
}

async function askPowerShell(): Promise<ProcessRow[]> {
  const { stdout } = await call('powershell', ['-NoProfile', '-Command', QUERY], ROOM)
  return (JSON.parse(stdout) as WindowsRow[]).map((row) => ({
    pid: row.ProcessId,
    parent: row.ParentProcessId,
    group: row.ProcessId,
    session: 0,
    state: 'running',
    startedAt: Number(/\d{6,}/.exec(String(row.CreationDate))?.[0] ?? 0),
    command: row.CommandLine ?? row.Name,
  }))
}
