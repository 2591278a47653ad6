import { test } from 'vitest'
import { createProcess, type ProcessFactory, type QueuedProcess, type Rehearsal, type Rules } from '../../src/index.ts'

/** What a case about queues needs. */
export interface Room {
  readonly process: ProcessFactory
  readonly queued: QueuedProcess
  readonly fake: Rehearsal
}

/** A case on a rehearsal of its own. */
export function rehearsed(title: string, rules: Rules, body: (room: Room) => Promise<void>): void {
  test(title, async () => {
    const process = createProcess()
    using fake = process.fake(rules)
    await body({ process, queued: process.queued(), fake })
  })
}

/** Works until nothing is due any more. */
export async function work(queued: QueuedProcess, ...queues: string[]): Promise<void> {
  await queued.work({ stopWhenEmpty: true, ...(queues.length > 0 && { queues }) })
}
