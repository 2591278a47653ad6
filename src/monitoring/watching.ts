import { Looks } from './looks.ts'
import type { Sample } from './sample.ts'
import { type SampleListener, Sampler, type SamplingOptions } from './sampler.ts'
import type { Incarnation, Subject } from './subject.ts'

/** Samples a process, and each that takes its place, until what is given back is called. */
export function watch(
  subject: Subject,
  listen: (incarnation: Incarnation) => SampleListener,
  options: SamplingOptions,
): () => void {
  const sampler = Sampler.of(subject.place)
  return subject.follow((incarnation) => sampler.watch(incarnation, listen(incarnation), options))
}

/** The same for a process together with all that descends from it: each sample has what they use in sum. */
export function watchTree(
  subject: Subject,
  listen: (incarnation: Incarnation) => SampleListener,
  options: SamplingOptions,
): () => void {
  const looks = new Looks(subject.place.processes)
  let over = false
  const quit = watch(
    subject,
    (incarnation) => {
      return ofTree(looks, listen(incarnation), () => over || incarnation.isOver?.() === true)
    },
    options,
  )
  return () => {
    over = true
    quit()
  }
}

/** A listener that hears of a process together with all that descends from it, as long as it is not over. */
export function ofTree(looks: Looks, listener: SampleListener, isOver: () => boolean): SampleListener {
  const tell = (sample: Sample | undefined): void => {
    if (isOver()) return
    if (sample) listener.onSample(sample)
    else listener.onMissing?.('EIO')
  }
  return { ...listener, onSample: (sample) => void inSum(looks, sample).then(tell) }
}

// Memory that is shared within a tree would be counted many times over: its share is asked for wherever that is allowed.
async function inSum(looks: Looks, sample: Sample): Promise<Sample | undefined> {
  try {
    const { tree } = await looks.tree(sample, true)
    return { ...sample, memory: tree.proportionalMemory ?? tree.memory, cpu: tree.cpu }
  } catch {
    return undefined
  }
}
