import type { Signal } from '../../src/contracts/signals.ts'
import type { PendingProcess, ProcessFactory, ProcessResult } from '../../src/index.ts'
import type { Act, Case } from './case.ts'
import { pendingFor } from './pending.ts'
import { failureOf, type Subject, summaryOf, type Watched, type World } from './subject.ts'
import { Growing } from './trace.ts'

/** How much of what passes from stage to stage is compared: how much more is on its way is for the machine to say. */
const SHOWN = 300

type Hear = (type: 'out' | 'err', chunk: string, key?: string | number) => void

/** A command, or several that are connected, of which a caller waits for the end. */
export class RunSubject implements Subject {
  readonly #driver: Watched
  readonly #abort = new AbortController()
  /** What each stage was heard to say: a machine promises no order between two of them. */
  readonly #heard: Record<'out' | 'err', Record<string, Growing>> = { out: {}, err: {} }
  #ending: unknown

  constructor(driver: Watched, world: World, piece: Case) {
    this.#driver = driver
    this.#run(world.createProcess({ driver }), piece).then(
      (result) => {
        this.#ending = { result: summaryOf(result) }
      },
      (error) => {
        this.#ending = { error: failureOf(error) }
      },
    )
  }

  heard(): { out: string; err: string } {
    const { out, err } = this.#heard
    return { out: inOrder(out), err: inOrder(err) }
  }

  pieces(): number {
    const all = [...Object.values(this.#heard.out), ...Object.values(this.#heard.err)]
    return all.reduce((sum, { pieces }) => sum + pieces, 0)
  }

  act(act: Act): unknown {
    if ('abort' in act) this.#abort.abort()
    else if ('signal' in act) return this.#signal(act.signal, act.to, act.stage ?? 0)
    return undefined
  }

  ending(): unknown {
    return this.#ending
  }

  // A pipeline that nobody listens to is joined by the machine; its last stage can be listened to all the same.
  #run(factory: ProcessFactory, { stages, choices }: Case): Promise<ProcessResult> {
    const hear: Hear = (type, chunk, key = 0) => {
      this.#heard[type][key] ??= new Growing(Math.min(choices.most?.bytes ?? SHOWN, SHOWN))
      this.#heard[type][key].add(chunk)
    }
    const { input: _, ...others } = choices
    const pendings = stages.map((scenario, index): PendingProcess => {
      const pending = pendingFor(factory, scenario, index === 0 ? choices : others).abortSignal(this.#abort.signal)
      return index === stages.length - 1 && index > 0 && !choices.heard ? pending.onOutput(hear) : pending
    })
    const [first, second, ...rest] = pendings
    if (!second) return (first as PendingProcess).onOutput(hear).run()
    const pipeline = (first as PendingProcess).pipe(second).pipeThrough(rest)
    return (choices.strict ? pipeline.strict() : pipeline).run(choices.heard ? hear : undefined)
  }

  #signal(signal: Signal, to: 'process' | 'group', stage: number): unknown {
    return this.#driver.handles[stage]?.kill(signal, to)
  }
}

function inOrder(texts: Readonly<Record<string, Growing>>): string {
  const keys = Object.keys(texts).sort()
  return keys.map((key) => `${key}: ${texts[key]?.brief}`).join(' | ')
}
