import { actorCommand } from '../../src/contracts/suite/index.ts'
import type { createProcess, Driver, Handle, ProcessError, ProcessResult } from '../../src/index.ts'
import type { Act } from './case.ts'
import { brief } from './trace.ts'

/** Where a case is performed. */
export interface World {
  readonly driver: Driver
  readonly createProcess: typeof createProcess
  /** Lets time pass in which its caller is busy, and hears nothing of what happens; `over` when they are no more. */
  readonly busy?: { readonly pass: (ms: number) => Promise<void>; readonly over: () => void }
}

/** What was started in a case, as its caller sees and handles it. */
export interface Subject {
  /** What it wrote so far, as far as the caller can hear it. */
  heard(): { readonly out: string; readonly err: string }
  /** In how many pieces, those included that are not compared. */
  pieces(): number
  /** Does one thing with it. Gives back the answer, if there is one. */
  act(act: Act): unknown
  /** What the caller was told in the end, once it was. */
  ending(): unknown
}

/** A driver that keeps the handles of all that is started by it, and how each of them ended. */
export interface Watched extends Driver {
  readonly handles: Handle[]
  readonly exits: string[]
}

export function watched(driver: Driver): Watched {
  const handles: Handle[] = []
  const exits: string[] = []
  const { capabilities, clock, random, files, processes, net } = driver
  return {
    handles,
    exits,
    capabilities,
    clock,
    random,
    files,
    processes,
    net,
    async start(command) {
      const handle = await driver.start(command)
      const index = handles.push(handle) - 1
      exits[index] = 'running'
      void handle.exit.then(({ code, signal }) => {
        exits[index] = signal ?? String(code)
      })
      return handle
    },
    joint: () => driver.joint(),
    close: () => driver.close(),
  }
}

export { actorCommand }

/** All of a result that does not depend on time. */
export function summaryOf(result: ProcessResult | undefined): unknown {
  if (!result) return undefined
  const outcome = result.outcome.kind === 'cancelled' ? { kind: 'cancelled' } : result.outcome
  return {
    outcome,
    exitCode: result.exitCode(),
    signal: result.signal(),
    out: brief(result.output()),
    err: brief(result.errorOutput()),
    incomplete: result.incomplete,
    survivors: result.survivors.length,
    stages: result.stages.map(summaryOf),
  }
}

/** The class and code of an error, and its result. */
export function failureOf(error: unknown): unknown {
  const { name, code, result, message } = error as ProcessError
  return code ? { name, code, result: summaryOf(result) } : { name, message }
}
