import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stage } from './harness.ts'

/** Gives a case an empty folder on the driver's disk, and takes it away again. */
export async function withFolder(stage: Stage, body: (folder: string) => Promise<void>): Promise<void> {
  const { files } = stage.driver
  const folder = join(tmpdir(), `rehearsal-suite-${randomUUID()}`)
  await files.makeFolder(folder)
  try {
    await body(folder)
  } finally {
    await files.remove(folder)
  }
}
