import type { InvokedProcess } from '../../invoked-process.ts'

/** Waits for a process in every way there is, at the same time. */
export function everyWait(process: InvokedProcess): readonly Promise<unknown>[] {
  return [process.wait(), process.waitUntil(() => false), exhaust(process), exhaust(process.lines())]
}

async function exhaust(pieces: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of pieces);
}
