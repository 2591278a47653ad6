import assert from 'node:assert/strict'
import type { Stage } from './harness.ts'

/** Fails when the driver has more processes after `body` than it had before. */
export async function startsNothing(stage: Stage, body: () => Promise<void>): Promise<void> {
  const children = await watchChildren(stage)
  const before = await children()
  await body()
  const added = (await children()).filter((pid) => !before.includes(pid))
  assert.deepEqual(added, [], 'something was started')
}

// The driver's children are those with the same parent as one that is known to be.
async function watchChildren(stage: Stage): Promise<() => Promise<readonly number[]>> {
  const { processes } = stage.driver
  const { pid } = await stage.start([{ hang: true }])
  const known = await processes.find(pid)
  assert(known, 'the process table is to know what was started')
  return async () => {
    const rows = await processes.list()
    return rows.filter(({ parent }) => parent === known.parent).map((row) => row.pid)
  }
}
