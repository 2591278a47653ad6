import type { CommandInput } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import { DEMANDS, type Demand, type IsolationCapabilities, type IsolationPlan } from '../contracts/isolation.ts'
import { type Host, sharedHost } from '../host.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import type { EnvironmentRule } from '../isolation-environment.ts'
import { IsolationError } from '../isolation-error.ts'
import { type Isolating, type IsolationOptions, isolationOptions, type ResourceLimits } from '../isolation-options.ts'
import { freeze } from '../launch.ts'
import type { PendingProcess } from '../pending-process.ts'
import type { ProcessResult } from '../process-result.ts'
import type { OutputCallback, Variables } from '../settings.ts'

/**
 * Says how processes are kept apart from the rest of the machine. Each method adds to it and gives it back. A demand that
 * cannot be met fails the start with `IsolationError`, unless it is only preferred.
 *
 * @example
 * const isolation = Process.isolation().setUser('www-data').setEnvironment('clean').setResourceLimits({ memory: '512MB' })
 * await isolation.run(['./report', '--all'])
 * await Process.isolate(isolation).timeout('5m').run(['./report', '--all'])
 */
export class ProcessIsolation implements Isolating {
  readonly #host: Host
  #options: IsolationOptions = {}

  constructor(host: Host = sharedHost(), options: IsolationOptions = {}) {
    this.#host = host
    this.#add(options)
  }

  /** All that was said so far. */
  get options(): IsolationOptions {
    return this.#options
  }

  /** Who it runs as, by name or id: with the group, the home and the name of that user, and none of its other groups. */
  setUser(user: string | number): this {
    return this.#add({ user })
  }

  /** The group it runs in, by name or id, instead of the user's own. */
  setGroup(group: string | number): this {
    return this.#add({ group })
  }

  /** The other groups it is in: these, or `'own'` for those of its user. None unless given. */
  setSupplementaryGroups(groups: readonly (string | number)[] | 'own'): this {
    return this.#add({ supplementaryGroups: groups })
  }

  /** The folder it starts in. Its user must be able to be there. */
  setWorkingDirectory(folder: string): this {
    return this.#add({ workingDirectory: folder })
  }

  /**
   * Which of our variables it gets: all (`'inherit'`), those that every program needs (`'clean'`), or these and the ones that
   * are named, where `*` stands for anything. `variables` are added. An object alone is all it gets besides the clean ones.
   *
   * @example isolation.setEnvironment(['LANG', 'LC_*'], { TOKEN: token })
   */
  setEnvironment(from: EnvironmentRule, variables?: Variables): this {
    if (variables === undefined) return this.#add({ environment: from })
    return this.#add({ environment: { from: from as 'inherit' | 'clean' | readonly string[], variables } })
  }

  /** What it may take of the machine. Calls add up. */
  setResourceLimits(limits: ResourceLimits): this {
    return this.#add({ limits: { ...this.#options.limits, ...limits } })
  }

  /** How far others come first: from -20, which only root may ask for, to 19. */
  setNice(nice: number): this {
    return this.#add({ nice })
  }

  /** The permissions that files it makes do not get. */
  setUmask(umask: number): this {
    return this.#add({ umask })
  }

  /** Nothing that it executes gains rights: a setuid program runs as its caller. */
  noNewPrivileges(): this {
    return this.#add({ noNewPrivileges: true })
  }

  /** It dies, and all that it has started, when we do, also of a KILL. */
  dieWithParent(): this {
    return this.#add({ dieWithParent: true })
  }

  /** Its end is the end of all that it has started, also of what has a session of its own. */
  killWholeTree(): this {
    return this.#add({ wholeTree: true })
  }

  /** It sees no network but a loopback of its own. */
  privateNetwork(): this {
    return this.#add({ privateNetwork: true })
  }

  /** It may write nowhere but below these folders. */
  readOnlyFiles(options: { readonly writable?: readonly string[] } = {}): this {
    return this.#add({ readOnly: options })
  }

  /** Leaves these demands out where they cannot be met, instead of failing the start; all that there are, when none is named. */
  prefer(...demands: readonly Demand[]): this {
    const before = this.#options.prefer ?? []
    const all = demands.length === 0 || before === true
    return this.#add({ prefer: all ? true : [...before, ...demands] })
  }

  /** What can be met where processes run now: `true`, or the reason why not. Looked at once. */
  capabilities(): IsolationCapabilities {
    const { isolation } = this.#host.driver
    if (isolation) return isolation.capabilities()
    const reason = 'its driver keeps no processes apart'
    return Object.fromEntries(DEMANDS.map((demand) => [demand, reason])) as unknown as IsolationCapabilities
  }

  /**
   * Exactly what would be executed for a command, and what would be left out. Nothing is started.
   *
   * @throws IsolationError for a demand that cannot be met, ProcessStartError for a program or user that is not there.
   */
  plan(command: CommandInput | PendingProcess): IsolationPlan {
    const frozen = this.#freeze(command)
    const { isolation } = this.#host.driver
    if (!isolation) throw IsolationError.ofDriver(String(frozen.line))
    return isolation.plan(frozen)
  }

  /** A command that is kept apart like this. */
  command(command: CommandInput): PendingProcess {
    return this.#host.command(command).isolate(this)
  }

  /** Runs a command to its end, see `PendingProcess.run`. */
  async run(command: CommandInput, onOutput?: OutputCallback): Promise<ProcessResult> {
    return this.command(command).run(undefined, onOutput)
  }

  /** Starts a command, see `PendingProcess.start`. */
  async start(command: CommandInput, onOutput?: OutputCallback): Promise<InvokedProcess> {
    return this.command(command).start(undefined, onOutput)
  }

  #freeze(command: CommandInput | PendingProcess): Command {
    const isPending = typeof command === 'object' && 'settings' in command
    const frozen = freeze((isPending ? command.isolate(this) : this.command(command)).settings, {})
    return frozen
  }

  // Refused where it was said: a value that means nothing leaves all as it was.
  #add(options: IsolationOptions): this {
    this.#options = Object.freeze({ ...this.#options, ...isolationOptions(options) })
    return this
  }
}
