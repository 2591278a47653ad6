/** A binary heap: whatever goes before all others, found at once, put in and taken out in logarithmic time. */
export class Heap<Entry> {
  readonly #isBefore: (a: Entry, b: Entry) => boolean
  #heap: Entry[] = []

  constructor(isBefore: (a: Entry, b: Entry) => boolean) {
    this.#isBefore = isBefore
  }

  get size(): number {
    return this.#heap.length
  }

  peek(): Entry | undefined {
    return this.#heap[0]
  }

  push(entry: Entry): void {
    const heap = this.#heap
    let slot = heap.length
    heap.push(entry)
    while (slot > 0) {
      const parent = (slot - 1) >> 1
      const above = heap[parent] as Entry
      if (!this.#isBefore(entry, above)) break
      heap[slot] = above
      slot = parent
    }
    heap[slot] = entry
  }

  pop(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let slot = 0
    for (let child = 1; child < heap.length; child = 2 * slot + 1) {
      const right = child + 1
      const least = right < heap.length && this.#isBefore(heap[right] as Entry, heap[child] as Entry) ? right : child
      if (!this.#isBefore(heap[least] as Entry, last)) break
      heap[slot] = heap[least] as Entry
      slot = least
    }
    heap[slot] = last
    return first
  }

  /** Takes everything out. */
  drain(): readonly Entry[] {
    return this.#heap.splice(0)
  }
}
