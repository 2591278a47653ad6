import type { Clock } from '../contracts/clock.ts'
import { BadScheduleError } from '../errors.ts'
import type { TaskEnd } from './task-end.ts'

/** Whom to tell: an address that is fetched, or a request of one's own, such as a webhook. */
export type PingTarget =
  | string
  | URL
  | {
      readonly url: string | URL
      readonly method?: string
      readonly headers?: Readonly<Record<string, string>>
      /** Written when it is sent; `end` is there for pings after the task. */
      readonly body?: string | ((end: TaskEnd | undefined) => string)
    }

/** A request, ready to be sent. */
export interface Ping {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: (end: TaskEnd | undefined) => string | undefined
}

/** How long one attempt may take, and after how long the next one follows. */
const LIMIT = 10_000
const DELAYS = [1000, 5000]

/**
 * Tells others by `fetch`, beside the tasks and never in their way. Its time limit is real time, also in a rehearsal: the
 * network does not live by a virtual clock.
 */
export class Pings {
  readonly #clock: Clock
  readonly #closing: AbortSignal
  readonly #report: (error: unknown) => void
  readonly #open = new Set<Promise<void>>()

  constructor(clock: Clock, closing: AbortSignal, report: (error: unknown) => void) {
    this.#clock = clock
    this.#closing = closing
    this.#report = report
  }

  /** Sends without making anybody wait; a failure that lasts is reported. */
  send(ping: Ping, end: TaskEnd | undefined): void {
    const sending: Promise<void> = this.#deliver(ping, end)
      .catch(this.#report)
      .finally(() => this.#open.delete(sending))
    this.#open.add(sending)
  }

  /** Waits until nothing is under way any more. */
  async drained(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  async #deliver(ping: Ping, end: TaskEnd | undefined): Promise<void> {
    const body = ping.body(end)
    for (let attempt = 0; ; attempt++) {
      const failure = await attemptTo(ping, body)
      if (failure === undefined) return
      const delay = DELAYS[attempt]
      if (delay === undefined) throw new Error(`Cannot ping ${ping.url}: ${failure}`)
      // Whoever stops does not wait for better times: what is left is tried at once.
      await this.#clock.sleep(delay, this.#closing).catch(() => {})
    }
  }
}

async function attemptTo({ url, method, headers }: Ping, body: string | undefined): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(LIMIT)
    const response = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) })
    await response.body?.cancel()
    return response.ok ? undefined : `it answered ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** @throws BadScheduleError for what is no address on the web. */
export function pingTo(target: PingTarget): Ping {
  const { url, method, headers, body } = typeof target === 'string' || target instanceof URL ? { url: target } : target
  const address = URL.parse(String(url))
  if (!address || !/^https?:$/.test(address.protocol))
    throw new BadScheduleError(`Cannot ping "${url}": expected an address that begins with http: or https:`)
  return {
    url: address.href,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: headers ?? {},
    body: typeof body === 'function' ? body : () => body,
  }
}
