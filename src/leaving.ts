/** What may still have something to write when this program ends. */
interface Unwritten {
  /** Writes it within the call. */
  writeNow(): void
}

/** Whoever is forgotten has nothing to write: what is under way knows whom it belongs to. */
let unwritten: readonly WeakRef<Unwritten>[] = []

/** Makes sure that what somebody has to write is written also when the program exits before that. Gives back how to end that. */
export function beforeLeaving(one: Unwritten): () => void {
  if (unwritten.length === 0) process.on('exit', leave)
  const ref = new WeakRef(one)
  unwritten = [...unwritten.filter((known) => known.deref()), ref]
  return () => {
    unwritten = unwritten.filter((known) => known !== ref)
    if (unwritten.length === 0) process.off('exit', leave)
  }
}

/** Writes all of it, where this program is about to end. */
export function leave(): void {
  const last = unwritten
  unwritten = []
  for (const one of last) one.deref()?.writeNow()
}
