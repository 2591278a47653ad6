import type { NewJob } from '../contracts/queue-store.ts'
import { type Link, type Parcel, pack } from './job.ts'
import type { Seal } from './sealing.ts'

/** What is pushed when a job has succeeded: the next of its chain. Its name is known before, so a repeat adds nothing. */
export function afterSuccess({ chain, batch }: Parcel, seal: Seal): readonly NewJob[] {
  const [next, ...rest] = chain?.rest ?? []
  if (!chain || !next) return []
  const parcel = {
    job: next.job,
    chain: { ...chain, step: chain.step + 1, rest },
    ...(batch !== undefined && { batch }),
  }
  return [addressed(next, `${chain.id}-${chain.step + 1}`, parcel, seal)]
}

/** What is pushed when a job has failed for good. */
export function afterFailure({ chain }: Parcel, seal: Seal): readonly NewJob[] {
  const { caught, id } = chain ?? {}
  return caught ? [addressed(caught, `${id}-catch`, { job: caught.job }, seal)] : []
}

function addressed({ queue, delay, priority }: Link, id: string, parcel: Parcel, seal: Seal): NewJob {
  return {
    id,
    queue,
    payload: seal.seal(pack(parcel)),
    ...(delay !== undefined && { delay }),
    ...(priority !== undefined && { priority }),
    ...(parcel.batch !== undefined && { batch: parcel.batch }),
  }
}
