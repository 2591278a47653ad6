/** Records that are ready to be written. */
export interface Batch {
  readonly bytes: Uint8Array
  readonly lines: number
  /** How many bytes of what a process wrote they stand for. */
  readonly size: number
  /** Called when it has to be given up. */
  readonly dropped: () => void
}

/** How many of the first batches are written together: as many as fit, one at least, and not fewer than before. */
export function countUpTo(bytes: number, batches: readonly Batch[], before: number): number {
  let size = 0
  let count = 0
  for (const batch of batches) {
    size += batch.bytes.length
    if (count >= Math.max(1, before) && size > bytes) break
    count++
  }
  return count
}

/** The bytes of batches, in one piece. */
export function joined(batches: readonly Batch[]): Uint8Array {
  const [first, ...others] = batches.map(({ bytes }) => bytes)
  return first && others.length === 0 ? first : Buffer.concat([...(first ? [first] : []), ...others])
}
