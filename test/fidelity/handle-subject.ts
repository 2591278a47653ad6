import { commandFor } from '../../src/contracts/suite/harness.ts'
import type { Exit, Handle, Source } from '../../src/index.ts'
import type { Act, Case } from './case.ts'
import { actorCommand, type Subject, type Watched } from './subject.ts'
import { Growing } from './trace.ts'

type Stream = 'out' | 'err'

/** A process as the driver gives it, below everything that is derived. */
export class HandleSubject implements Subject {
  readonly #handle: Handle
  readonly #heard: Readonly<Record<Stream, Growing>> = { out: new Growing(), err: new Growing() }
  readonly #ended: Stream[] = []
  #exit: Exit | undefined

  static async start(driver: Watched, { stages }: Case): Promise<HandleSubject> {
    return new HandleSubject(await driver.start(commandFor(actorCommand(stages[0] ?? []), { stdin: 'pipe' })))
  }

  constructor(handle: Handle) {
    this.#handle = handle
    for (const stream of ['out', 'err'] as const) {
      this.#source(stream).flow(
        (bytes) => this.#heard[stream].add(bytes),
        () => this.#ended.push(stream),
      )
    }
    void handle.exit.then((exit) => {
      this.#exit = exit
    })
  }

  heard(): { out: string; err: string } {
    return { out: this.#heard.out.brief, err: this.#heard.err.brief }
  }

  pieces(): number {
    return this.#heard.out.pieces + this.#heard.err.pieces
  }

  act(act: Act): unknown {
    const handle = this.#handle
    if ('write' in act) return handle.stdin?.write(Buffer.from(act.write.repeat(act.times ?? 1)))
    if ('end' in act) handle.stdin?.end()
    else if ('signal' in act) return handle.kill(act.signal, act.to)
    else if ('close' in act) this.#source(act.close).close()
    else if ('hold' in act) this.#source(act.hold).pause()
    else if ('resume' in act) this.#source(act.resume).resume()
    else if ('leave' in act) this.#leave()
    return undefined
  }

  ending(): unknown {
    return this.#exit && this.#ended.length === 2 ? { ...this.#exit } : undefined
  }

  #leave(): void {
    this.#handle.stdin?.end()
    this.#source('out').resume()
    this.#source('err').resume()
  }

  #source(stream: Stream): Source {
    return (stream === 'out' ? this.#handle.stdout : this.#handle.stderr) as Source
  }
}
