import type { Signal } from '../contracts/signals.ts'
import type { Outcome } from '../outcome.ts'
import type { ProcessResult } from '../process-result.ts'
import type { GroupMembers } from './group-members.ts'
import type { Incarnation, Occupant } from './occupant.ts'
import type { Supervisor } from './supervisor.ts'

/** A group that is part of another one: all of it is one incarnation, and giving up is how it crashes. */
export class GroupOccupant implements Occupant {
  readonly group: GroupMembers
  readonly #supervisor: Supervisor

  constructor(group: GroupMembers, supervisor: Supervisor) {
    this.group = group
    this.#supervisor = supervisor
  }

  unstarted(): readonly ProcessResult[] {
    return this.group.results()
  }

  spawn(): Promise<Incarnation> {
    return Promise.resolve(new GroupIncarnation(this.group, this.#supervisor))
  }
}

class GroupIncarnation implements Incarnation {
  readonly pid: undefined
  readonly process: undefined
  readonly manner: undefined
  readonly untilReady: Promise<void>
  readonly exited: Promise<Outcome>
  readonly #group: GroupMembers
  readonly #supervisor: Supervisor
  #ended = false

  constructor(group: GroupMembers, supervisor: Supervisor) {
    this.#group = group
    this.#supervisor = supervisor
    const started = group.start()
    // One that does not come up never says that it is ready: it is over.
    this.untilReady = started.catch(() => new Promise<never>(() => {}))
    this.exited = started
      .then(() => supervisor.untilOver())
      .then(
        (succeeded) => ({ kind: 'exited', code: succeeded ? 0 : 1 }),
        () => ({ kind: 'exited', code: 1 }),
      )
  }

  get running(): boolean {
    return this.#group.isRunning()
  }

  get stopped(): boolean {
    return !this.#ended && this.#supervisor.phase === 'down'
  }

  async end(): Promise<readonly number[]> {
    this.#ended = true
    const { stuck } = await this.#group.stop()
    return stuck.flatMap(({ pids }) => pids)
  }

  signal(signal: Signal): void {
    this.#group.signal(signal)
  }

  results(): readonly ProcessResult[] {
    return this.#group.results()
  }
}
