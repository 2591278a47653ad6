import assert from 'node:assert/strict'
import type { InvokedProcess } from '../../invoked-process.ts'
import type { PendingProcess } from '../../pending-process.ts'
import type { Command } from '../command.ts'
import type { Handle } from '../driver.ts'
import type { ProcessRow } from '../process-table.ts'
import type { Scenario, Step } from '../scenario.ts'
import type { Stage } from './harness.ts'

/** The step by which a scenario says that all before it is in effect: a real program needs a while to get there. */
export const READY: Step = { write: 'out', data: 'ready\n' }

/** Starts a scenario at the driver and waits until it is `READY`. `output` gives all that it wrote so far. */
export async function ready(
  stage: Stage,
  scenario: Scenario,
  command: Partial<Command> = {},
): Promise<{ handle: Handle; output: () => string }> {
  const handle = await stage.start(scenario, command)
  const output = stage.collect(handle.stdout)
  await stage.until(() => output().includes('ready\n'), 'being ready')
  return { handle, output }
}

/** Starts a scenario through the whole API, as `pending` says, and waits until it is `READY`. */
export async function readyProcess(
  stage: Stage,
  scenario: Scenario,
  pending: Pick<PendingProcess, 'start'> = stage.process,
): Promise<InvokedProcess> {
  const process = await pending.start(stage.actor(...scenario))
  assert(await process.waitUntil((_type, line) => line === 'ready'), 'the scenario ended before it was ready')
  return process
}

/** The pid that a process or a child of it tells, once it has. */
export async function toldPid(process: InvokedProcess): Promise<number> {
  assert(await process.waitUntil((_type, line) => /^\d+$/.test(line)), 'nobody told a pid')
  return Number(/^\d+$/m.exec(process.output())?.[0])
}

/** The row of a process's child. Ask once the process is ready: a child is there as soon as its step is over. */
export async function childOf(stage: Stage, parent: number): Promise<ProcessRow> {
  const child = (await stage.driver.processes.list()).find((row) => row.parent === parent)
  assert(child, `${parent} has no child`)
  return child
}

/** Sends a process a line on its stdin. */
export async function say(stage: Stage, handle: Handle, line = 'go on'): Promise<void> {
  assert(handle.stdin, 'the command was to have a pipe here')
  await stage.drive(handle.stdin.write(Buffer.from(`${line}\n`)))
}

/** Waits until a process is listed as stopped, or as running again. */
export function untilState(stage: Stage, pid: number, state: 'stopped' | 'running'): Promise<void> {
  return stage.until(async () => (await stage.driver.processes.find(pid))?.state === state, `being ${state}`)
}

/** Waits until nothing of a pid executes any more. */
export function untilGone(stage: Stage, pid: number): Promise<void> {
  return stage.until(async () => !(await stage.driver.processes.isRunning(pid)), `the end of ${pid}`)
}
