import { resolve } from 'node:path'
import type { CommandInput } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import type { ProcessGroup } from '../supervision/group.ts'
import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import type { ConfiguredProcess } from './config.ts'
import { type Loaded, loadConfig } from './config-file.ts'
import { Prefixed } from './prefixed.ts'
import { reported } from './reporting.ts'
import { read, UsageError } from './usage.ts'

/**
 * `rehearsal up`: brings up what a config says, and looks after it until a signal comes or all of it is over.
 *
 * @returns 0 when all came up and ended as they should, else 1.
 * @throws UsageError for a config that means nothing; nothing has been started then.
 */
export async function up(args: readonly string[]): Promise<number> {
  const line = read(args, { report: { type: 'string' } })
  const loaded = await loadConfig(line.subjects[0])
  return reported(line, 'rehearsal up', () => bringUp(loaded))
}

async function bringUp(loaded: Loaded): Promise<number> {
  const { config } = loaded
  const output = new Prefixed(Object.keys(config.processes))
  const { processes, schedule, queue, ...options } = config
  const group = refusing(loaded, 'config', () => Process.group(options))
  for (const [name, one] of Object.entries(processes)) {
    refusing(loaded, `processes.${name}`, () => add(group, name, one, { folder: loaded.folder, output }))
  }
  group.onEvent((event) => tell(output, event))
  const beside = besides(loaded)
  const stop = stopOnSignals(group, output)
  try {
    await group.start()
    output.say('All is up.')
    await group.wait()
    return group.status().every(({ state }) => state === 'done' || state === 'idle') ? 0 : 1
  } catch (error) {
    output.say((error as Error).message)
    return 1
  } finally {
    stop.off()
    await Promise.all(beside.map((end) => end()))
    await group.stop()
  }
}

interface Place {
  readonly folder: string
  readonly output: Prefixed
}

function add(group: ProcessGroup, name: string, one: CommandInput | ConfiguredProcess, place: Place): void {
  const { command, path = '.', env = {}, ...options }: ConfiguredProcess = isDescribed(one) ? one : { command: one }
  const pending: PendingProcess = Process.forever()
    .path(resolve(place.folder, path))
    .env(env)
    .quietly()
    .onOutput((type, chunk) => place.output.write(name, type, chunk))
    .command(command)
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

/** Starts the scheduler and the worker of a config. Gives back what ends them. */
function besides({ config: { schedule, queue } }: Loaded): readonly (() => Promise<unknown>)[] {
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

function stopOnSignals(group: ProcessGroup, output: Prefixed): { off(): void } {
  const stop = () => {
    output.say('Stops.')
    void group.stop()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, stop)
  return {
    off: () => {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}

function tell(output: Prefixed, event: SupervisionEvent): void {
  if (event.type === 'started') output.note(event.slot, `started, pid ${event.pid}`)
  else if (event.type === 'ready') output.note(event.slot, 'ready')
  else if (event.type === 'restarting')
    output.note(event.slot, `${event.cause}: again in ${Math.round(event.delay)} ms`)
  else if (event.type === 'failed') output.note(event.slot, `failed: ${event.reason}`)
  else if (event.type === 'stopped') output.note(event.slot, 'stopped')
}
