import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import { errorInWords } from '../supervision/words.ts'
import type { LineLog, LoggedLine } from './line-log.ts'

/** What becomes of a line: it is kept, and shown. */
export interface Sink {
  readonly log: LineLog
  readonly show: (line: LoggedLine) => void
  readonly now: () => number
}

/** What processes write, made lines of, and what is said of them. */
export class UpOutput {
  readonly #sink: Sink
  readonly #rests = new Map<string, string>()

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** A piece of output. A line that is not whole waits for its rest. */
  write(name: string, type: 'out' | 'err', piece: string): void {
    const key = `${type} ${name}`
    const lines = ((this.#rests.get(key) ?? '') + piece).split('\n')
    this.#rests.set(key, lines.pop() as string)
    for (const text of lines) this.#add({ name, type, text })
  }

  /** What happens to a slot, where that is worth a line. A rest that was waiting comes first. */
  tell(event: SupervisionEvent): void {
    const text = wordsOf(event)
    if (text === undefined) return
    for (const type of ['out', 'err'] as const) {
      if (this.#rests.get(`${type} ${event.slot}`)) this.write(event.slot, type, '\n')
    }
    this.#add({ name: event.slot, type: 'note', text })
  }

  #add(line: Omit<LoggedLine, 'at'>): void {
    const { log, show, now } = this.#sink
    const whole = { at: now(), ...line }
    log.add(whole)
    show(whole)
  }
}

function wordsOf(event: SupervisionEvent): string | undefined {
  if (event.type === 'started') return `started, pid ${event.pid}`
  if (event.type === 'ready') return 'ready'
  if (event.type === 'restarting') return `${event.cause}: again in ${Math.round(event.delay)} ms`
  if (event.type === 'failed') return `failed: ${event.reason}`
  if (event.type === 'leftover') return `ended pid ${event.pid}, left by a "rehearsal up" that was killed`
  if (event.type === 'ledgerFailed') return `would not be found if this were killed: ${errorInWords(event.error)}`
  return event.type === 'stopped' ? 'stopped' : undefined
}
