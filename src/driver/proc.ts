import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessDetails, ProcessRow } from '../contracts/process-table.ts'
import { nameIn, parseStat } from './proc-stat.ts'

/** The pids of all processes that /proc shows. */
export function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** One process as a row, or `undefined` when the pid is free. */
export function readRow(pid: number): ProcessRow | undefined {
  try {
    const bytes = readFileSync(`/proc/${pid}/stat`)
    const { parent, group, session, state, startedAt } = parseStat(bytes, bytes.length)
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return {
      pid,
      parent,
      group,
      session,
      state,
      startedAt,
      command: command || `[${nameIn(bytes.toString('latin1'))}]`,
    }
  } catch {
    return undefined
  }
}

/** What only the owner of a process may read: each part of it is `undefined` where the system refuses. */
export function readDetails(pid: number, proportional: boolean): ProcessDetails | undefined {
  if (!readRow(pid)) return undefined
  return {
    proportionalMemory: proportional ? kilobytesIn(read(`/proc/${pid}/smaps_rollup`), 'Pss') : undefined,
    descriptors: allowed(() => readdirSync(`/proc/${pid}/fd`).length),
    io: ioIn(read(`/proc/${pid}/io`)),
  }
}

/** The children of all its threads, and theirs: the kernel has them listed, where it is built to (proc_pid_task(5)). */
export function readDescendants(pid: number): readonly number[] {
  const found: number[] = []
  const waiting = [pid]
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const children = childrenOf(parent).filter((child) => !found.includes(child))
    found.push(...children)
    waiting.push(...children)
  }
  return found.sort((a, b) => a - b)
}

function childrenOf(pid: number): number[] {
  const threads = allowed(() => readdirSync(`/proc/${pid}/task`)) ?? []
  const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`) ?? '')
  return lists.join(' ').split(' ').filter(Boolean).map(Number)
}

function ioIn(text: string | undefined): ProcessDetails['io'] {
  const [read, written] = ['rchar', 'wchar'].map((name) => numberIn(text, name))
  return read === undefined || written === undefined ? undefined : { read, written }
}

function kilobytesIn(text: string | undefined, name: string): number | undefined {
  const amount = numberIn(text, name)
  return amount === undefined ? undefined : amount * 1024
}

function numberIn(text: string | undefined, name: string): number | undefined {
  const match = text === undefined ? null : new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)
  return match ? Number(match[1]) : undefined
}

function read(path: string): string | undefined {
  return allowed(() => readFileSync(path, 'latin1'))
}

function allowed<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}
