import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { size } from './harness.ts'

const LINE = `${'abcdefgh'.repeat(10).slice(1)}\n`
const LINES = Math.floor(size(100 * 2 ** 20, 2 ** 20) / LINE.length)

/** Files to be written out by `cat`: 80-byte lines, 100 MB in each. Disposing removes them. */
export interface Payload extends Disposable {
  /** The arguments that make `cat` write so many times 100 MB. */
  times(count: number): string[]
  /** A third of one, for what is slow. */
  readonly part: string
}

export const BYTES: number = LINES * LINE.length
export const PART_LINES: number = Math.floor(LINES / 3)

export function makePayload(): Payload {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'))
  const [whole, part] = [join(folder, 'whole'), join(folder, 'part')]
  writeFileSync(whole, LINE.repeat(LINES))
  writeFileSync(part, LINE.repeat(PART_LINES))
  return {
    times: (count) => Array.from({ length: count }, () => whole),
    part,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
