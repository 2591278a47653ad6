/** What still has something to write when this program ends. */
interface Unwritten {
  /** Writes it within the call. */
  writeNow(): void
}

const unwritten = new Set<Unwritten>()

/** Makes sure that what somebody has to write is written also when the program exits before that. Gives back how to end that. */
export function beforeLeaving(one: Unwritten): () => void {
  if (unwritten.size === 0) process.on('exit', writeAll)
  unwritten.add(one)
  return () => {
    unwritten.delete(one)
    if (unwritten.size === 0) process.off('exit', writeAll)
  }
}

function writeAll(): void {
  for (const one of unwritten) one.writeNow()
}
