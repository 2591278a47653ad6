import { join, resolve } from 'node:path'
import type { CommandInput } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
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
export function groupOf(loaded: Loaded, output: UpOutput): ProcessGroup {
  const { processes, schedule, queue, ...options } = loaded.config
  const group = refusing(loaded, 'config', () => Process.group({ ...ledger(), ...options }))
  for (const [name, one] of Object.entries(processes)) {
    refusing(loaded, `processes.${name}`, () => add(group, name, one, { folder: loaded.folder, output }))
  }
  return group
}

// Should we be killed, the next one ends first what we have left.
function ledger(): GroupOptions {
  return Process.stateFolder === undefined ? {} : { ledger: join(Process.stateFolder, 'up-processes.json') }
}

/** Starts the scheduler and the worker of a config. Gives back what ends them. */
export function besides({ config: { schedule, queue } }: Loaded): readonly (() => Promise<unknown>)[] {
  const ends: (() => Promise<unknown>)[] = []
  if (schedule) {
    const scheduler = Process.scheduler()
    schedule(scheduler)
    const work = scheduler.work()
    ends.push(async () => {
      await scheduler.stop()
      await work
    })
  }
  if (queue) {
    const worker = Process.queued().worker(queue)
    const work = worker.run()
    ends.push(() => {
      worker.stop()
      return work
    })
  }
  return ends
}

interface Place {
  readonly folder: string
  readonly output: UpOutput
}

function add(group: ProcessGroup, name: string, one: CommandInput | ConfiguredProcess, place: Place): void {
  const { command, path = '.', env = {}, ...options }: ConfiguredProcess = isDescribed(one) ? one : { command: one }
  const pending = (instance: number): PendingProcess => {
    const slot = instance === 1 ? name : `${name}#${instance}`
    return Process.forever()
      .path(resolve(place.folder, path))
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
