import { asking } from './asking.ts'
import { Dashboard, usageTable } from './dashboard.ts'
import { json, type Spec, text } from './spec.ts'
import type { SlotUsage } from './up-usage.ts'
import { none, timeIn, wholeIn } from './usage.ts'

interface Snapshot {
  readonly at: number
  readonly slots: readonly SlotUsage[]
}

/** `rehearsal monitor`: what processes of `rehearsal up` use, live on a terminal, else once; with `--json` a line for each look. */
export const monitor: Spec = {
  about: 'what processes of "rehearsal up" use: a live table on a terminal (q ends it), else as it is now',
  options: {
    every: text('<time>', 'how often to look: 1s unless given'),
    count: text('<n>', 'how many looks: without end on a terminal and with --json, else 1'),
    ...json,
  },
  act: async (line) => {
    none(line)
    const every = timeIn(line, 'every') ?? 1000
    const asJson = line.values.json
    const isLive = process.stdout.isTTY === true && !asJson
    const count = wholeIn(line, 'count', 1) ?? (isLive || asJson ? Number.POSITIVE_INFINITY : 1)
    const snapshots = asking({ do: 'monitor', every })
    if (isLive) await live(snapshots, count)
    else await plain(snapshots, count, asJson ? (snapshot) => `${JSON.stringify(snapshot)}\n` : usageTable)
    return 0
  },
}

async function plain(
  snapshots: AsyncIterable<unknown>,
  count: number,
  shown: (snapshot: Snapshot) => string,
): Promise<void> {
  let left = count
  for await (const snapshot of snapshots) {
    process.stdout.write(shown(snapshot as Snapshot))
    if (--left <= 0) return
  }
}

async function live(snapshots: AsyncGenerator<unknown>, count: number): Promise<void> {
  using dashboard = new Dashboard(process.stdout)
  let left = count
  const quit = (): void => {
    // What it waits for is not waited for any more.
    process.exitCode = 0
    dashboard.close()
    process.exit()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, quit)
  listenForQ(quit)
  for await (const snapshot of snapshots) {
    dashboard.show((snapshot as Snapshot).slots)
    if (--left <= 0) break
  }
  for (const signal of signals) process.off(signal, quit)
  process.stdin.pause()
}

function listenForQ(quit: () => void): void {
  if (!process.stdin.isTTY) return
  process.stdin.setRawMode(true)
  process.stdin.on('data', (keys) => {
    // Ctrl-C is a letter now, too.
    if (['q', '\u0003'].includes(String(keys))) quit()
  })
}
