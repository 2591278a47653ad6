import type { Clock } from '../contracts/clock.ts'
import type { Exit, Finished, Handle, Source } from '../contracts/driver.ts'
import { bytesOf, type Scenario } from '../contracts/scenario.ts'
import { BytePipe, CAPACITY } from './byte-pipe.ts'
import { orderly } from './chance.ts'
import { Ears } from './ears.ts'
import { PipeSource } from './streams.ts'

const OPEN = new Ears(orderly)

/** What scenarios come to, as far as that was asked: most are played many times. */
const known = new WeakMap<Scenario, Finished | 'depends'>()

/**
 * What a scenario comes to, where nothing but itself decides that: it writes what fits into a pipe and ends, at once.
 * `undefined` when it takes time, reads, or does anything that somebody else could see.
 */
export function foresee(scenario: Scenario): Finished | undefined {
  let finished = known.get(scenario)
  if (!finished) {
    finished = readOff(scenario) ?? 'depends'
    known.set(scenario, finished)
  }
  return finished === 'depends' ? undefined : finished
}

function readOff(scenario: Scenario): Finished | undefined {
  const written: Record<'out' | 'err', Uint8Array[]> = { out: [], err: [] }
  let exit: Exit = { code: 0, signal: null }
  for (const step of scenario) {
    if ('write' in step && (step.times ?? 1) === 1) written[step.write].push(bytesOf(step.data))
    else if ('exit' in step) exit = { code: step.exit & 255, signal: null }
    else if ('die' in step) exit = { code: null, signal: step.die }
    else return undefined
  }
  const [out, err] = [Buffer.concat(written.out), Buffer.concat(written.err)]
  return out.length <= CAPACITY && err.length <= CAPACITY ? { exit, out, err } : undefined
}

/** A process that was over when it had been started. */
export class FinishedProcess implements Handle {
  readonly pid: number
  readonly clock: Clock
  readonly finished: Finished
  readonly stdin: undefined

  constructor(pid: number, clock: Clock, finished: Finished) {
    this.pid = pid
    this.clock = clock
    this.finished = finished
  }

  get stdout(): Source {
    return sourceOf(this.finished.out)
  }

  get stderr(): Source {
    return sourceOf(this.finished.err)
  }

  get exit(): Promise<Exit> {
    return Promise.resolve(this.finished.exit)
  }

  kill(): boolean {
    return false
  }

  survivors(): Promise<readonly number[]> {
    return Promise.resolve([])
  }
}

function sourceOf(bytes: Uint8Array): Source {
  const pipe = new BytePipe()
  pipe.fill(bytes)
  return new PipeSource(pipe, OPEN)
}
