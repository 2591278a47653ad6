/** What is due, the earliest first, and what was put in first among those that are due together. */
export class DueHeap<Entry extends { readonly due: number; readonly order: number }> {
  #heap: Entry[] = []

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
      if (!isBefore(entry, above)) break
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
      const least = right < heap.length && isBefore(heap[right] as Entry, heap[child] as Entry) ? right : child
      if (!isBefore(heap[least] as Entry, last)) break
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

function isBefore(a: { readonly due: number; readonly order: number }, b: typeof a): boolean {
  return a.due !== b.due ? a.due < b.due : a.order < b.order
}
