import { Heap } from '../heap.ts'
import type { Lane, Span } from './timeline.ts'

interface Row {
  readonly index: number
  until: number
}

/** Puts processes that overlap into rows of their own: as few as it takes, the uppermost that is free. */
export function rowsOf({ spans }: Lane): readonly (readonly Span[])[] {
  const rows: Span[][] = []
  const taken = new Heap<Row>((a, b) => a.until < b.until)
  const free = new Heap<number>((a, b) => a < b)
  for (const span of spans) {
    for (let row = taken.peek(); row && row.until <= span.start; row = taken.peek())
      free.push((taken.pop() as Row).index)
    const index = free.size > 0 ? (free.pop() as number) : rows.length
    if (index === rows.length) rows.push([])
    rows[index]?.push(span)
    taken.push({ index, until: span.end })
  }
  return rows
}
