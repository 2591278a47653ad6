import type { Sample } from './sample.ts'
import type { Subject } from './subject.ts'
import { watch } from './watching.ts'

/** Samples that are kept for a reader who is slow; the oldest ones are dropped beyond that. */
const KEPT = 64

/** The samples of a process and of each that takes its place, as they come. Ends when it is over, and nobody takes its place. */
export async function* sampleStream(
  subject: Subject,
  every: number,
  onClose: (close: () => void) => () => void,
): AsyncGenerator<Sample, void, undefined> {
  const kept: Sample[] = []
  let over = false
  let wake = (): void => {}
  const end = () => {
    over = true
    wake()
  }
  const add = (sample: Sample) => {
    kept.push(sample)
    if (kept.length > KEPT) kept.shift()
    wake()
  }
  const onGone = () => subject.goesOn || end()
  const quit = watch(subject, () => ({ onSample: add, onGone }), { every, awaited: true })
  const forget = onClose(end)
  const more = () => new Promise<void>((resolve) => (wake = resolve))
  try {
    for (;;) {
      const sample = kept.shift()
      if (sample) yield sample
      else if (over) return
      else await subject.place.clock.drive(more(), () => `a sample of process ${subject.pid}`)
    }
  } finally {
    forget()
    quit()
  }
}
