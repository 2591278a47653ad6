import type { JobFilter, JobRecord, QueueCounts } from '../contracts/queue-store.ts'

/** Whether a job is one of those that are meant. */
export function matches(record: JobRecord, filter: JobFilter | { readonly id: string }): boolean {
  if ('id' in filter) return record.id === filter.id
  const { queue, state, before } = filter
  if (queue !== undefined && record.queue !== queue) return false
  if (state !== undefined && record.state !== state) return false
  return before === undefined || (record.endedAt ?? record.pushedAt) < before
}

const NONE = { waiting: 0, delayed: 0, active: 0, done: 0, failed: 0, cancelled: 0, paused: false }

/** Counts jobs by queue and state. */
export function countsOf(jobs: readonly JobRecord[], paused: ReadonlySet<string>, now: number): readonly QueueCounts[] {
  const counts = new Map<string, { -readonly [K in keyof QueueCounts]: QueueCounts[K] }>()
  const of = (queue: string) => {
    const count = counts.get(queue) ?? { queue, ...NONE }
    counts.set(queue, count)
    return count
  }
  for (const { queue, state, dueAt } of jobs) of(queue)[state === 'waiting' && dueAt > now ? 'delayed' : state]++
  for (const queue of paused) of(queue).paused = true
  return [...counts.values()].sort((a, b) => (a.queue < b.queue ? -1 : 1))
}
