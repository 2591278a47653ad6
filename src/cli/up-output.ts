import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import { errorInWords } from '../supervision/words.ts'
import type { LineLog, LoggedLine } from './line-log.ts'
import { LinePieces } from './line-pieces.ts'
import { UpEnds } from './up-ends.ts'

/** What becomes of a line: it is kept, and shown. */
export interface Sink {
  readonly log: LineLog
  readonly show: (line: LoggedLine) => void
  readonly now: () => number
}

/** News after which all that a process has written has come. */
const COMPLETE: readonly SupervisionEvent['type'][] = ['restarting', 'stopped', 'done', 'failed']

/** What processes write, made lines of, and what is said of them. */
export class UpOutput {
  readonly ends: UpEnds = new UpEnds()
  readonly #sink: Sink
  readonly #pieces = new Map<string, LinePieces>()

  constructor(sink: Sink) {
    this.#sink = sink
  }

  /** A piece of output. A line that is not whole waits for its rest. */
  write(name: string, type: 'out' | 'err', piece: string): void {
    const key = `${type} ${name}`
    const pieces = this.#pieces.get(key) ?? new LinePieces()
    this.#pieces.set(key, pieces)
    for (const text of pieces.add(piece)) this.#add({ name, type, text })
  }

  /** What happens to a slot, where that is worth a line. A rest that was waiting comes first. */
  tell(event: SupervisionEvent): void {
    this.ends.hear(event)
    const text = wordsOf(event, this.ends.of(event.slot))
    if (text !== undefined || COMPLETE.includes(event.type)) this.#flush(event.slot)
    if (text !== undefined) this.#add({ name: event.slot, type: 'note', text })
  }

  #flush(name: string): void {
    for (const type of ['out', 'err'] as const) {
      for (const text of this.#pieces.get(`${type} ${name}`)?.rest() ?? []) this.#add({ name, type, text })
    }
  }

  #add(line: Omit<LoggedLine, 'at'>): void {
    const { log, show, now } = this.#sink
    const whole = { at: now(), ...line }
    log.add(whole)
    show(whole)
  }
}

function wordsOf(event: SupervisionEvent, end: string | undefined): string | undefined {
  if (event.type === 'started') return `started, pid ${event.pid}`
  if (event.type === 'ready') return 'ready'
  if (event.type === 'restarting') {
    const cause = event.cause === 'crash' && end !== undefined ? `crash, ${end}` : event.cause
    return `${cause}: again in ${Math.round(event.delay)} ms`
  }
  if (event.type === 'done') return end
  if (event.type === 'failed') return `failed: ${event.reason}`
  if (event.type === 'leftover') return `ended pid ${event.pid}, left by a "rehearsal up" that was killed`
  if (event.type === 'ledgerFailed') return `would not be found if this were killed: ${errorInWords(event.error)}`
  return event.type === 'stopped' ? 'stopped' : undefined
}
