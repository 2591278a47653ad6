import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SystemProcesses } from '../src/driver/system-processes.ts'

// The actor is started hundreds of times: with its code cached, twice as fast.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'rehearsal-compile-cache')
mkdirSync(process.env.NODE_COMPILE_CACHE, { recursive: true })

/** Fails the run when a test left a process behind: a child of ours that still executes, a zombie, or an actor anywhere. */
export default function setup(): () => Promise<void> {
  return async () => {
    if (process.platform !== 'linux') return
    const rows = await new SystemProcesses().list()
    const left = rows.filter(
      (row) => row.command.includes('actor/main') || (row.state === 'zombie' && row.parent === process.pid),
    )
    if (left.length === 0) return
    for (const { pid } of left) process.kill(pid, 'SIGKILL')
    throw new Error(
      `The tests left processes behind:\n${left.map((row) => `  ${row.pid} ${row.state} ${row.command}`).join('\n')}`,
    )
  }
}
