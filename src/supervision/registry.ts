import type { Host } from '../host.ts'
import type { ProcessGroup } from './group.ts'

/** Hears of a group that is made. */
export type GroupListener = (group: ProcessGroup) => void

// Nobody is kept alive by having been made: whoever wants to know of all groups listens before there are any.
const listeners = new WeakMap<Host, Set<GroupListener>>()

/**
 * Hears of every group that is made on a host from now on, also of those that are part of another one, and of those by
 * which a recovery looks after its process. Gives back what ends that.
 */
export function onGroup(host: Host, listener: GroupListener): () => void {
  const all = listeners.get(host) ?? new Set()
  listeners.set(host, all.add(listener))
  return () => all.delete(listener)
}

/** Tells those who listen that a group was made. */
export function announceGroup(host: Host, group: ProcessGroup): void {
  for (const listener of listeners.get(host) ?? []) listener(group)
}
