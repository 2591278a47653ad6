import type { Capture } from './capture.ts'
import type { Clock } from './contracts/clock.ts'
import type { Sink } from './contracts/driver.ts'
import type { OutputEntry } from './output-log.ts'
import type { ProcessInput } from './settings.ts'
import { shown } from './shown.ts'

/**
 * Writes all of an input to a process, at the pace at which it reads, then end-of-file. Stops early, without complaint,
 * when the process does not read any more.
 *
 * @throws what the input itself throws. There is no end-of-file then, so that half an input is not taken for the whole.
 */
export async function feed(sink: Sink, input: ProcessInput, clock: Clock): Promise<void> {
  if (typeof input === 'string' || input instanceof Uint8Array) await sink.write(bytesFrom(input))
  else for await (const piece of unhurried(input, clock)) if (!(await sink.write(bytesFrom(piece)))) break
  sink.end()
}

/** Keeps a stream that fails before anybody reads it from ending the program: whoever reads it gets the error. */
export function keepFaultOf(input: ProcessInput | undefined): void {
  if (typeof input === 'object' && 'on' in input) input.on('error', () => {})
}

type Pieces = Exclude<ProcessInput, string | Uint8Array>

/** The pieces of an input, as they come: a clock hears of each one that is waited for. */
function unhurried(input: Pieces, clock: Clock): Pieces {
  if (!(Symbol.asyncIterator in input)) return input
  return {
    [Symbol.asyncIterator]() {
      const pieces = input[Symbol.asyncIterator]()
      return {
        next: () => clock.outside(pieces.next()),
        return: async () => (await pieces.return?.()) ?? { done: true, value: undefined },
      }
    },
  }
}

/**
 * Writes what a process says on stdout to another one, at the pace at which that reads. When that closes early, `onLost`
 * hears of it and the process gets a broken pipe.
 */
export function pump(capture: Capture, sink: Sink, onLost: () => void): void {
  const pass = ({ type, data }: OutputEntry): void => {
    if (type === 'err') return
    capture.pause()
    void sink.write(data).then((taken) => {
      if (!taken) {
        onLost()
        capture.closeOutput()
      }
      capture.resume()
    })
  }
  capture.listen(pass, { keeps: true, over: (type) => type === 'out' && sink.end() })
}

/** Bytes, or text as bytes. @throws TypeError for anything else. */
export function bytesFrom(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece)
  if (piece instanceof Uint8Array) return piece
  throw new TypeError(`Cannot feed ${shown(piece)} to a process: expected text or bytes`)
}
