import type { ProcessResult } from '../process-result.ts'

/** What every event of a queue tells. */
export interface QueueEvent {
  readonly id: string
  readonly queue: string
  /** The command as text. */
  readonly command: string
  /** Milliseconds since the epoch, by the clock of the Process. */
  readonly at: number
}

/** What is told of jobs, by name. */
export interface QueueEventMap {
  /** A job was pushed. */
  readonly queued: QueueEvent & { readonly delay: number }
  /** One was not pushed, because there is one that it would be the second of. */
  readonly dropped: QueueEvent
  readonly processing: AttemptEvent
  /** How far it is, in percent. */
  readonly progress: AttemptEvent & { readonly percent: number }
  readonly processed: AttemptEvent & { readonly result: ProcessResult }
  /** An attempt failed and another one follows. */
  readonly retrying: AttemptEvent & { readonly reason: string; readonly delay: number }
  /** It is given back and has spent no attempt. */
  readonly released: AttemptEvent & { readonly reason: string; readonly delay: number }
  /** The last attempt failed. */
  readonly failed: AttemptEvent & { readonly reason: string; readonly result?: ProcessResult | undefined }
  readonly cancelled: AttemptEvent
  /** Its lease was lost: it has been stopped, and somebody else does it. */
  readonly lost: AttemptEvent
  /** The store did not answer; the worker goes on when it does. */
  readonly storeFailed: { readonly error: unknown; readonly at: number }
  /** A listener threw. */
  readonly listenerFailed: { readonly error: unknown; readonly at: number }
}

/** What every event of one attempt at a job tells; the first attempt is 1. */
export interface AttemptEvent extends QueueEvent {
  readonly attempt: number
}

type Listener = (event: never) => unknown

/** Tells whoever listens. A listener that throws is reported, and changes nothing else. */
export class QueueEvents {
  readonly #listeners = new Map<string, Set<Listener>>()

  /** Listens until the returned function is called. */
  on<Name extends keyof QueueEventMap>(name: Name, listener: (event: QueueEventMap[Name]) => unknown): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners)
    listeners.add(listener as Listener)
    return () => listeners.delete(listener as Listener)
  }

  /** Tells those who listen to it. */
  tell<Name extends keyof QueueEventMap>(name: Name, event: QueueEventMap[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        const answer = listener(event as never)
        if (answer instanceof Promise) answer.catch((error: unknown) => this.#report(name, error, event.at))
      } catch (error) {
        this.#report(name, error, event.at)
      }
    }
  }

  #report(name: keyof QueueEventMap, error: unknown, at: number): void {
    if (name !== 'listenerFailed') this.tell('listenerFailed', { error, at })
  }
}
