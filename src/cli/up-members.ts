import { resolve } from 'node:path'
import type { CommandInput } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import type { WorkOptions } from '../queue/worker-options.ts'
import type { ProcessScheduler } from '../schedule/scheduler.ts'
import type { ProcessGroup } from '../supervision/group.ts'
import type { GroupOptions } from '../supervision/group-members.ts'
import type { ConfiguredProcess } from './config.ts'
import type { Loaded } from './config-file.ts'
import type { UpOutput } from './up-output.ts'
import { UsageError } from './usage.ts'

/**
 * The group that a config describes, with all that it is to run.
 *
 * @throws UsageError for what means nothing, with its place in the file.
 */
export function groupOf(loaded: Loaded, output: UpOutput, kept: Pick<GroupOptions, 'ledger'>): ProcessGroup {
  const { processes, schedule, queue, ...options } = loaded.config
  const group = refusing(loaded, 'config', () => Process.group({ ...kept, ...options }))
  for (const [name, one] of Object.entries(processes)) {
    refusing(loaded, `processes.${name}`, () => add(group, name, one, { folder: loaded.folder, output }))
  }
  return group
}

/** Begins to work beside the group. Gives back what ends that. */
export type Beside = () => () => Promise<unknown>

/**
 * The scheduler and the worker of a config, which do nothing yet.
 *
 * @throws UsageError for what means nothing.
 */
export function besidesOf(loaded: Loaded): readonly Beside[] {
  const { schedule, queue } = loaded.config
  return [
    ...(schedule ? [refusing(loaded, 'schedule', () => scheduling(schedule))] : []),
    ...(queue ? [refusing(loaded, 'queue', () => working(queue))] : []),
  ]
}

function scheduling(schedule: (scheduler: ProcessScheduler) => void): Beside {
  const scheduler = Process.scheduler()
  schedule(scheduler)
  scheduler.check()
  return () => {
    const work = scheduler.work()
    return async () => {
      await scheduler.stop()
      await work
    }
  }
}

function working(queue: WorkOptions): Beside {
  const worker = Process.queued().worker(queue)
  return () => {
    const work = worker.run()
    return () => {
      worker.stop()
      return work
    }
  }
}

interface Place {
  readonly folder: string
  readonly output: UpOutput
}

function add(group: ProcessGroup, name: string, one: CommandInput | ConfiguredProcess, place: Place): void {
  const { command, path = '.', env = {}, ...options }: ConfiguredProcess = isDescribed(one) ? one : { command: one }
  const pending = (instance: number): PendingProcess => {
    const slot = instance === 1 ? name : `${name}#${instance}`
    return Process.path(resolve(place.folder, path))
      .env(env)
      .quietly()
      .onOutput((type, chunk) => place.output.write(slot, type, chunk))
      .command(command)
  }
  group.add(name, pending, options)
}

function isDescribed(one: CommandInput | ConfiguredProcess): one is ConfiguredProcess {
  return typeof one === 'object' && !Array.isArray(one)
}

// What is wrong is wrong in the file.
function refusing<T>({ file }: Loaded, place: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw new UsageError(`Cannot use ${file}: "${place}": ${(error as Error).message}`)
  }
}
