import type { Clock } from './contracts/clock.ts'
import type { Driver } from './contracts/driver.ts'
import type { Files } from './contracts/files.ts'
import type { Net } from './contracts/net.ts'
import type { ProcessTable } from './contracts/process-table.ts'
import type { Random } from './contracts/random.ts'
import type { ProcessEvents } from './events/process-events.ts'
import type { Host } from './host.ts'
import type { InvokedProcess } from './invoked-process.ts'
import { ProcessIsolation } from './isolation/process-isolation.ts'
import type { IsolationOptions } from './isolation-options.ts'
import type { Layer } from './layered-world.ts'
import { ProcessMonitor } from './monitoring/monitor.ts'
import type { MonitorOptions } from './monitoring/options.ts'
import type { MonitorTarget } from './monitoring/subject.ts'
import type { PendingProcess } from './pending-process.ts'
import type { QueueConnection } from './queue/default-queue.ts'
import { QueuedProcess, type QueueOptions } from './queue/queued-process.ts'
import { Rehearsing } from './rehearsing.ts'
import { ProcessScheduler } from './schedule/scheduler.ts'
import type { SchedulerOptions } from './schedule/scheduler-options.ts'
import { ProcessGroup } from './supervision/group.ts'
import type { GroupOptions } from './supervision/group-members.ts'
import { ProcessRecovery, type RecoveryOptions } from './supervision/recovery.ts'

/** The capabilities that stand on a `Process`, each with its machine, as methods of `Process`. */
export abstract class Capable extends Rehearsing implements Host {
  /** What becomes of what it starts, for those who listen. A rehearsal tells it here, too. */
  abstract readonly events: ProcessEvents

  /** What this Process has started and what still runs. */
  abstract active(): readonly InvokedProcess[]

  /** Runs commands when they are due, on this Process; see `ProcessScheduler`. */
  scheduler(options?: SchedulerOptions): ProcessScheduler {
    return new ProcessScheduler(options, this)
  }

  /**
   * Processes that are started, looked after and stopped together, on this Process; see `ProcessGroup`. With a name or an id
   * it is the setter: the group of users that a process runs in.
   */
  override group(options?: GroupOptions): ProcessGroup
  override group(group: string | number): PendingProcess
  override group(what?: GroupOptions | string | number): ProcessGroup | PendingProcess {
    return typeof what === 'object' || what === undefined ? new ProcessGroup(what, this) : super.group(what)
  }

  /** Looks after a process that runs, or after the processes of a group; see `ProcessRecovery`. */
  recovery(subject: InvokedProcess | ProcessGroup, options?: RecoveryOptions): ProcessRecovery {
    return new ProcessRecovery(subject, options, this)
  }

  /** Watches processes: one that was started here, a pid, or those that are named later; see `ProcessMonitor`. */
  monitor(target?: MonitorTarget, options?: MonitorOptions): ProcessMonitor {
    return new ProcessMonitor(target, options, this)
  }

  /** Commands that wait until a worker runs them; see `QueuedProcess`. */
  queued(connection?: QueueConnection, options?: QueueOptions): QueuedProcess {
    return new QueuedProcess(connection, options, this)
  }

  /** How commands are kept apart from the rest of the machine; see `ProcessIsolation`. */
  isolation(options?: IsolationOptions): ProcessIsolation {
    return new ProcessIsolation(this, options)
  }

  /** What processes run on now. */
  get driver(): Driver {
    return this.worlds.current().driver
  }

  /**
   * Puts a driver around the one that commands are started with from now on, wherever that is: for real or in a rehearsal.
   * Gives back how to take it away again.
   */
  around(layer: Layer): () => void {
    return this.worlds.around(layer)
  }

  /** The clock that processes live by: virtual in a rehearsal. */
  get clock(): Clock {
    return this.worlds.current().driver.clock
  }

  /** Chance: drawn from a seed in a rehearsal. */
  get random(): Random {
    return this.worlds.current().driver.random
  }

  /** The disk that processes see: in memory in a rehearsal. */
  get files(): Files {
    return this.worlds.current().driver.files
  }

  /** The ports that processes listen on: those of the machine, or of the rehearsal. */
  get net(): Net {
    return this.worlds.current().driver.net
  }

  /** The processes of the machine, or of the rehearsal. */
  get processes(): ProcessTable {
    return this.worlds.current().driver.processes
  }

  /** Where capabilities keep what outlives this process; nowhere in a rehearsal. */
  get stateFolder(): string | undefined {
    return this.worlds.current().driver.stateFolder
  }
}
