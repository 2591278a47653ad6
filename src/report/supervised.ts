import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import type { Draft, DraftSpan } from './draft.ts'
import type { MarkKind } from './timeline.ts'

type Words = {
  readonly [Type in SupervisionEvent['type']]?: (
    event: Extract<SupervisionEvent, { type: Type }>,
  ) => readonly [kind: MarkKind, text: string]
}

/** What is worth a mark; the rest shows by the bars. */
const WORDS: Words = {
  ready: () => ['ready', 'ready'],
  restarting: ({ cause, delay, attempt }) => [
    'restart',
    `restart ${attempt} because of ${cause}, in ${Math.round(delay)} ms`,
  ],
  stopping: ({ because }) => ['note', because === 'stop' ? 'is stopped' : `is stopped because of ${because}`],
  stuck: ({ survivors }) => ['trouble', `does not end: ${survivors.join(', ')} survive`],
  failed: ({ reason, rule }) => ['trouble', `given up (${rule}): ${reason}`],
  skipped: ({ because }) => ['note', `skipped: ${because}`],
  leftover: ({ pid }) => ['note', `pid ${pid}, left by one that was killed, is ended`],
  ledgerFailed: ({ error }) => ['trouble', `cannot be noted in the ledger: ${String(error)}`],
  callbackFailed: ({ hook, error }) => ['trouble', `${hook} failed: ${String(error)}`],
  hang: ({ kind, detail }) => ['trouble', `hangs (${kind}): ${detail}`],
  highMemory: ({ memory, limit }) => ['trouble', `uses ${memory} bytes of memory, the limit is ${limit}`],
  highCpu: ({ cpu, limit }) => [
    'trouble',
    `uses ${Math.round(cpu * 100)} % of a core, the limit is ${Math.round(limit * 100)} %`,
  ],
}

/** Puts what groups say of their slots into a timeline: all that lived in a slot is in one lane, and marks say why. */
export class Supervised {
  readonly #draft: Draft
  readonly #spans = new Map<string, DraftSpan>()

  constructor(draft: Draft) {
    this.#draft = draft
  }

  /** @param at when it was said, on the clock of the timeline. */
  hear(at: number, event: SupervisionEvent): void {
    const slot = `${event.group}/${event.slot}`
    if (event.type === 'started' && event.pid !== undefined) this.#settle(slot, event.pid)
    const words = WORDS[event.type]?.(event as never)
    if (!words) return
    const span = this.#spans.get(slot)
    if (span) span.mark(at, ...words)
    else this.#draft.mark(at, words[0], `${slot}: ${words[1]}`)
  }

  #settle(slot: string, pid: number): void {
    const span = this.#draft.byPid(pid)
    if (!span) return
    span.lane = slot
    this.#spans.set(slot, span)
  }
}
