import type { InvokedProcess } from '../../src/index.ts'
import type { Act, Case } from './case.ts'
import { pendingFor } from './pending.ts'
import { failureOf, type Subject, summaryOf, type Watched, type World } from './subject.ts'
import { Growing } from './trace.ts'

type Heard = Readonly<Record<'out' | 'err', Growing>>

/** A process that was started through the whole API. */
export class StartSubject implements Subject {
  readonly #process: InvokedProcess
  readonly #heard: Heard
  readonly #driver: Watched
  readonly #abort: AbortController
  #ending: unknown

  static async start(driver: Watched, world: World, piece: Case): Promise<StartSubject> {
    const abort = new AbortController()
    const factory = world.createProcess({ driver })
    const pending = pendingFor(factory, piece.stages[0] ?? [], piece.choices).abortSignal(abort.signal)
    const { bytes } = piece.choices.most ?? {}
    const heard = { out: new Growing(bytes), err: new Growing(bytes) }
    const process = await pending.start(undefined, (type, chunk) => heard[type].add(chunk))
    return new StartSubject(process, heard, driver, abort)
  }

  constructor(process: InvokedProcess, heard: Heard, driver: Watched, abort: AbortController) {
    this.#process = process
    this.#heard = heard
    this.#driver = driver
    this.#abort = abort
    process.ended().then(
      (result) => {
        this.#ending = { result: summaryOf(result) }
      },
      (error) => {
        this.#ending = { error: failureOf(error) }
      },
    )
  }

  heard(): { out: string; err: string } {
    return { out: this.#heard.out.brief, err: this.#heard.err.brief }
  }

  pieces(): number {
    return this.#heard.out.pieces + this.#heard.err.pieces
  }

  act(act: Act): unknown {
    const process = this.#process
    if ('write' in act) return process.write(act.write.repeat(act.times ?? 1))
    if ('end' in act || 'leave' in act) process.endInput()
    else if ('signal' in act) return this.#signal(act)
    else if ('stop' in act) return process.stop(act.stop, act.escalation).then(() => 'stopped')
    else if ('waitFor' in act) return process.waitUntil((_type, line) => line.includes(act.waitFor))
    else if ('abort' in act) this.#abort.abort()
    return undefined
  }

  ending(): unknown {
    return this.#ending
  }

  #signal({ signal, to }: Extract<Act, { signal: unknown }>): unknown {
    if (to === 'process') return this.#driver.handles[0]?.kill(signal, 'process')
    this.#process.signal(signal)
    return undefined
  }
}
