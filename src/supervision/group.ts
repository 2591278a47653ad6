import type { Host } from '../host.ts'
import type { ProcessResult } from '../process-result.ts'
import { untilUpAgain } from './coming-up.ts'
import { SlotRefusedError, unknownMember } from './errors.ts'
import { Ground } from './ground.ts'
import { GroupMembers, type GroupOptions } from './group-members.ts'
import type { Ledger } from './ledger.ts'
import { inOrder } from './order.ts'
import { bad } from './policy-options.ts'
import { announceGroup } from './registry.ts'
import type { Slot } from './slot.ts'
import type { StopReport } from './supervisor.ts'

/**
 * Processes that are started, looked after and stopped together: a node of a tree of supervisors, for a member may be a
 * group, too.
 *
 * @example
 * const group = new ProcessGroup()
 * group.add('db', ['postgres', '-D', 'data'], { ready: { output: 'ready to accept' } })
 * group.add('api', 'node api.js', { after: 'db' })
 * await group.start()
 */
export class ProcessGroup extends GroupMembers implements AsyncDisposable {
  #starting: { readonly stops: number; readonly started: Promise<void> } | undefined
  #scaling: Promise<void> = Promise.resolve()
  /** Counts the stops: what was asked for before one is not done after it. */
  #stops = 0
  /** As many stops that somebody has asked for are going on. */
  #stopping = 0

  constructor(options?: GroupOptions, host?: Host) {
    super(options, host)
    announceGroup(this.host, this)
  }

  /**
   * Starts what is not up: each member after those that it depends on. Resolves when all have been ready; when one does not
   * come up, everything is stopped again.
   *
   * @throws BadGroupError for a dependency that is not there or a circle; nothing has been started then.
   * @throws GroupStartError that tells who did not come up, and why.
   * @throws LedgerError, LeftoversError where it has a ledger and cannot be sure that nobody is left; nothing has been started then.
   */
  start(): Promise<void> {
    if (this.#starting?.stops !== this.#stops) this.#starting = { stops: this.#stops, started: this.#begin() }
    return this.#drive(this.#starting.started, 'to start')
  }

  /**
   * Stops everything, those first that come after others: asks, after their grace forces, and reports who is left even
   * then. Nothing is started any more, whatever had been asked for before.
   */
  stop(): Promise<StopReport> {
    this.#stopping++
    const stopped = this.#end().finally(() => {
      this.#stopping--
    })
    return this.#drive(stopped, 'to stop')
  }

  /**
   * Stops and starts everything, or one member or instance. Resolves when it is up again.
   *
   * @throws SlotRefusedError when it is being stopped, or was meanwhile.
   * @throws NotRestartedError, GroupStartError when it does not come up.
   */
  restart(name?: string): Promise<void> {
    const restarted = name === undefined ? this.#restartAll() : this.#restartSome(name)
    return this.#drive(restarted, `to restart${name === undefined ? '' : ` "${name}"`}`)
  }

  /** Waits until all is over and nothing will be started again. Gives the last results, in the order of the members. */
  wait(): Promise<readonly ProcessResult[]> {
    const over = this.supervisor.waiters.until(() => (this.supervisor.over ? this.results() : undefined))
    return this.#drive(over, 'to end')
  }

  /**
   * Runs a member as often as this from now on. Resolves when those that are new are ready, and those that were too many
   * have ended.
   */
  scale(name: string, instances: number): Promise<void> {
    this.#scaling = this.#scaling.catch(() => {}).then(() => this.#scale(name, instances))
    return this.#drive(this.#scaling, `to scale "${name}"`)
  }

  /** Stops it: `await using` leaves nothing behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #begin(): Promise<void> {
    const stops = this.#stops
    try {
      if (this.supervisor.closing) await this.supervisor.close()
      this.#refuseStopped(stops, 'start')
      const { ledger } = this
      if (ledger) await this.#endLeftovers(ledger, stops)
      await this.supervisor.start()
      if (ledger) await ledger.settled()
    } finally {
      if (this.#starting?.stops === stops) this.#starting = undefined
    }
  }

  /** Whom somebody left behind who was killed. */
  async #endLeftovers(ledger: Ledger, stops: number): Promise<void> {
    inOrder(this.supervisor.members)
    await ledger.open(new Ground(this.host))
    this.#refuseStopped(stops, 'start')
  }

  async #end(): Promise<StopReport> {
    this.#stops++
    const report = await this.supervisor.close()
    const { ledger } = this
    if (ledger) await (this.parent ? ledger.settled() : ledger.close())
    return report
  }

  async #restartAll(): Promise<void> {
    if (this.#stopping > 0) throw new SlotRefusedError(`Cannot restart the group "${this.path}": it is being stopped`)
    const stopping = this.#end()
    const stops = this.#stops
    await stopping
    this.#refuseStopped(stops, 'restart')
    await this.start()
  }

  async #restartSome(name: string): Promise<void> {
    const slots = this.slots(name)
    await this.supervisor.askToRestart(slots)
    await untilUpAgain(slots, this.supervisor.waiters)
  }

  async #scale(name: string, instances: number): Promise<void> {
    const member = this.supervisor.members.get(name)
    if (!member) throw unknownMember(name)
    if (!(Number.isInteger(instances) && instances >= 0)) throw bad(instances, 'instances', 'a whole number from 0 on')
    const added: Slot[] = []
    while (member.slots.length < instances) added.push(member.addSlot())
    if (this.supervisor.phase === 'up') {
      for (const slot of added) void slot.ask('start')
      await untilUpAgain(added, this.supervisor.waiters)
    }
    const extra = member.slots.slice(instances)
    for (const slot of extra) void slot.ask('stop')
    await this.supervisor.waiters.until(
      () => extra.every(({ state }) => state === 'idle' || state === 'stuck') || undefined,
    )
    for (const slot of extra) if (slot.state === 'idle') member.slots.splice(member.slots.indexOf(slot), 1)
  }

  #refuseStopped(stops: number, what: string): void {
    if (this.#stops !== stops)
      throw new SlotRefusedError(`Cannot ${what} the group "${this.path}": it was stopped meanwhile`)
  }

  #drive<T>(wait: Promise<T>, what: string): Promise<T> {
    return this.host.clock.drive(wait, () => `the group "${this.path}" ${what}: ${this.#summary()}`)
  }

  #summary(): string {
    return this.status()
      .map(({ name, state }) => `"${name}" is ${state}`)
      .join(', ')
  }
}
