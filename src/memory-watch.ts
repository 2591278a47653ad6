import type { Handle } from './contracts/driver.ts'
import type { ProcessTable } from './contracts/process-table.ts'

/** Milliseconds between two looks. What is taken and given back in between is not seen. */
const LOOK = 100

/**
 * Looks at what a process and all that it started hold, for drivers that cannot hold them to a limit, until it is over or
 * holds too much. Then everything found is killed, and `onExceeded` called.
 */
export async function watchMemory(
  handle: Handle,
  limit: number,
  processes: ProcessTable,
  onExceeded: () => void,
): Promise<void> {
  let over = false
  void handle.exit.then(() => {
    over = true
  })
  while (!over) {
    const tree = await treeOf(handle.pid, processes)
    const isTooMuch = (await resident(tree, processes)) > limit && (await proportional(tree, processes)) > limit
    if (over) return
    if (isTooMuch) {
      onExceeded()
      for (const pid of tree) processes.signal(pid, 'SIGKILL')
      return
    }
    await pause(handle)
  }
}

/** What they hold when each of them is looked at alone: cheap to know, and never too little. */
async function resident(pids: readonly number[], processes: ProcessTable): Promise<number> {
  const samples = [...(await processes.sample(pids)).values()]
  return samples.reduce((sum, sample) => sum + ('memory' in sample ? sample.memory : 0), 0)
}

/** What they hold together: what several share is counted once, where the machine can tell. */
async function proportional(pids: readonly number[], processes: ProcessTable): Promise<number> {
  const alone = async (pid: number) => (await processes.details(pid))?.proportionalMemory ?? resident([pid], processes)
  return (await Promise.all(pids.map(alone))).reduce((sum, one) => sum + one, 0)
}

// Whoever waits for the end of the process does not wait for the rest of the pause.
async function pause({ clock, exit }: Handle): Promise<void> {
  const awake = new AbortController()
  void exit.then(() => awake.abort())
  await clock.sleep(LOOK, awake.signal).catch(() => {})
}

/** A process, its group and session, and all that descends from any of them. */
async function treeOf(root: number, processes: ProcessTable): Promise<readonly number[]> {
  const rows = (await processes.list()).filter(({ state }) => state !== 'zombie')
  const tree = new Set(rows.filter((row) => [row.pid, row.group, row.session].includes(root)).map(({ pid }) => pid))
  for (let size = -1; size < tree.size; ) {
    size = tree.size
    for (const { pid, parent } of rows) if (tree.has(parent)) tree.add(pid)
  }
  return [...tree]
}
