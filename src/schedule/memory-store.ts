import type { Decision, ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import { MemoryLocks } from '../memory-locks.ts'

/** Runs and claims of one task that are kept. */
const KEPT = 1000

/** A store for the schedulers of one process; forgets all with it. */
export class MemoryStore extends MemoryLocks implements ScheduleStore {
  readonly #claims = new Map<string, Set<number>>()
  readonly #decisions = new Map<string, Decision>()
  readonly #runs = new Map<string, { readonly run: TaskRun; readonly sequence: number }[]>()
  #sequence = 0
  #paused = false

  claim(task: string, dueAt: number): Promise<boolean> {
    const claims = this.#claims.get(task) ?? new Set()
    this.#claims.set(task, claims)
    if (claims.has(dueAt)) return Promise.resolve(false)
    claims.add(dueAt)
    if (claims.size > KEPT) claims.delete(claims.values().next().value as number)
    return Promise.resolve(true)
  }

  claimed(task: string, dueAt: number): Promise<boolean> {
    return Promise.resolve(this.#claims.get(task)?.has(dueAt) ?? false)
  }

  decide(task: string, decision: Decision): Promise<void> {
    const last = this.#decisions.get(task)
    if (!last || last.timetable !== decision.timetable || last.dueAt < decision.dueAt)
      this.#decisions.set(task, decision)
    return Promise.resolve()
  }

  decided(task: string): Promise<Decision | undefined> {
    return Promise.resolve(this.#decisions.get(task))
  }

  record(run: TaskRun): Promise<void> {
    const kept = this.#runs.get(run.task)
    const entry = { run, sequence: this.#sequence++ }
    if (kept) kept.push(entry)
    else this.#runs.set(run.task, [entry])
    // Cut off now and then, and not one by one: that would move all the others each time.
    if (kept && kept.length > 2 * KEPT) kept.splice(0, KEPT)
    return Promise.resolve()
  }

  history({
    tasks,
    limit,
  }: {
    readonly tasks?: readonly string[]
    readonly limit: number
  }): Promise<readonly TaskRun[]> {
    const lists = tasks ? tasks.map((task) => this.#runs.get(task)) : [...this.#runs.values()]
    const runs = lists.flatMap((list) => list?.slice(-limit) ?? [])
    runs.sort((a, b) => b.sequence - a.sequence)
    return Promise.resolve(runs.slice(0, limit).map(({ run }) => run))
  }

  pause(paused: boolean): Promise<void> {
    this.#paused = paused
    return Promise.resolve()
  }

  paused(): Promise<boolean> {
    return Promise.resolve(this.#paused)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
