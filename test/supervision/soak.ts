import { readdirSync } from 'node:fs'
import { actorCommand } from '../../src/contracts/suite/actor-command.ts'
import type { Scenario } from '../../src/index.ts'
import { createProcess, type ProcessFactory, ProcessRecovery } from '../../src/index.ts'

/** What this program holds, all of which has to be as it was when nothing is supervised any more. */
export interface Holdings {
  readonly descriptors: number
  readonly timers: number
  readonly listeners: number
  readonly zombies: number
  readonly children: number
  readonly active: number
}

const WELL = { backoff: { first: 1, cap: 5, jitter: 0 }, maxRestarts: Number.POSITIVE_INFINITY }

/**
 * Restarts real processes again and again, in every way: those that crash at once, that are told to restart, that hang, that
 * hold too much memory, and whole trees. Gives what this program holds before and after.
 */
export async function soak(
  restarts: number,
): Promise<{ readonly before: Holdings; readonly after: Holdings; readonly made: number }> {
  const process = createProcess()
  await round(process, 20)
  const before = await settled(process)
  const made = await round(process, restarts)
  const after = await settled(process, before)
  return { before, after, made }
}

async function round(process: ProcessFactory, restarts: number): Promise<number> {
  const some = Math.ceil(restarts / 100)
  const made = await Promise.all([
    crashing(process, Math.ceil(restarts * 0.8)),
    commanded(process, Math.ceil(restarts * 0.2)),
    troubled(process, some),
    trees(process, some),
  ])
  return made.reduce((all, one) => all + one, 0)
}

/** Four that crash as soon as they are started. */
async function crashing(process: ProcessFactory, restarts: number): Promise<number> {
  const group = process.group(WELL).add('crash', 'exit 3', { instances: 4 })
  await group.start()
  const total = () => group.status().reduce((all, row) => all + row.restarts, 0)
  await until(() => total() >= restarts)
  await group.stop()
  return total()
}

/** One that is well, and told to restart. */
async function commanded(process: ProcessFactory, restarts: number): Promise<number> {
  const group = process.group(WELL).add('told', ['sleep', '600'])
  await group.start()
  for (let count = 0; count < restarts; count++) await group.restart('told')
  await group.stop()
  return restarts
}

/** One that hangs, and one that holds too much, each looked after by a recovery. */
async function troubled(process: ProcessFactory, restarts: number): Promise<number> {
  const hang = await process.forever().start(['sleep', '600'])
  const grow = await process.forever().start(act({ use: { memory: 200 * 1024 ** 2 } }, { hang: true }))
  const recoveries = [
    new ProcessRecovery(hang, {}, process).policy(WELL).onHang(() => {}, { silence: 50 }),
    new ProcessRecovery(grow, {}, process)
      .policy(WELL)
      .onHighMemory(() => {}, { limit: '150MB', every: 20, samples: 2 }),
  ]
  const fewest = () => Math.min(...recoveries.map((recovery) => recovery.status()[0]?.restarts ?? 0))
  await until(() => fewest() >= restarts)
  await Promise.all(recoveries.map((recovery) => recovery.stop()))
  return 2 * restarts
}

/** One that leaves children behind each time it crashes, which do not obey. */
async function trees(process: ProcessFactory, restarts: number): Promise<number> {
  const child: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, { close: 'out' }, { close: 'err' }, { hang: true }]
  const group = process.group(WELL).add('tree', act({ fork: child }, { fork: child }, { exit: 1 }), { graceTime: 20 })
  await group.start()
  await until(() => (group.status()[0]?.restarts ?? 0) >= restarts)
  await group.stop()
  return restarts
}

function act(...steps: Scenario): readonly string[] {
  return actorCommand(steps)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5)
}

/** What is held once that does not change any more, or is what it was before. */
async function settled(process: ProcessFactory, wanted?: Holdings): Promise<Holdings> {
  let held = await holdings(process)
  for (let look = 0; look < 60; look++) {
    if (wanted && isNoMore(held, wanted)) return held
    await pause(50)
    const next = await holdings(process)
    if (!wanted && look > 10 && JSON.stringify(next) === JSON.stringify(held)) return next
    held = next
  }
  return held
}

/** Whether nothing is held that was not before. */
export function isNoMore(held: Holdings, before: Holdings): boolean {
  return (Object.keys(before) as (keyof Holdings)[]).every((kind) => held[kind] <= before[kind])
}

async function holdings(host: ProcessFactory): Promise<Holdings> {
  const children = (await host.processes.list()).filter(({ parent }) => parent === process.pid)
  const resources = process.getActiveResourcesInfo()
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    timers: resources.filter((kind) => kind === 'Timeout' || kind === 'Immediate').length,
    listeners: process.eventNames().reduce((all, name) => all + process.listenerCount(name), 0),
    zombies: children.filter(({ state }) => state === 'zombie').length,
    children: children.length,
    active: host.active().length,
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
