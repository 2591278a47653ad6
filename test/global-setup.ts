import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { ProcessRow } from '../src/contracts/process-table.ts'
import { SystemProcesses } from '../src/driver/system-processes.ts'

// The actor is started hundreds of times: with its code cached, twice as fast.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(process.env.NODE_COMPILE_CACHE, { recursive: true })

// Every process inherits it, so that two runs on one machine can be told apart.
const MARK = `REHEARSAL_TEST_RUN=${process.pid}`
process.env.REHEARSAL_TEST_RUN = String(process.pid)

// What capabilities keep beyond a process is not that of whoever runs the tests.
const STATE = mkdtempSync(join(tmpdir(), 'rehearsal-state-'))
process.env.XDG_STATE_HOME = STATE

/** Our own programs, and a child of ours that nobody waited for. */
const OURS = /actor\/main|test\/fixtures\//
/** The runner's own workers are over a moment after it says so. */
const LOOKS = 40
const PAUSE = 50

/** Fails the run when a test left a process behind: one of our programs that still executes, or a zombie of ours. */
export default function setup(): () => Promise<void> {
  return async () => {
    rmSync(STATE, { recursive: true })
    if (process.platform !== 'linux') return
    let left = await leftBehind()
    for (let look = 1; left.length > 0 && look < LOOKS; look++) {
      await setTimeout(PAUSE)
      left = await leftBehind()
    }
    for (const { pid } of left) process.kill(pid, 'SIGKILL')
    if (left.length === 0) return
    const list = left.map((row) => `  ${row.pid} ${row.state} ${row.command}`).join('\n')
    throw new Error(`The tests left processes behind:\n${list}`)
  }
}

async function leftBehind(): Promise<readonly ProcessRow[]> {
  const rows = await new SystemProcesses().list()
  return rows.filter((row) => {
    if (row.state === 'zombie') return row.parent === process.pid
    return OURS.test(row.command) && isOfThisRun(row.pid)
  })
}

function isOfThisRun(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(MARK)
  } catch {
    return false
  }
}
