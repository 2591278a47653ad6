import type { Address, Net } from '../contracts/net.ts'
import { NotFakeableError } from '../errors.ts'

/** Somebody who listens. */
interface Listener {
  readonly alive: boolean
  readonly stopped: boolean
  readonly exit: Promise<unknown>
}

/** The names of this machine. */
const HERE = ['localhost', '127.0.0.1', '::1', '[::1]']

/** The ports of a rehearsal's machine, and the rehearsed processes that listen there. There is no network around it. */
export class Loopback implements Net {
  readonly #ports = new Map<number, { readonly by: Listener; readonly answer: number | undefined }>()

  /**
   * A process listens from now on, and answers HTTP with a status, or not at all.
   *
   * @throws an error with `code` `EADDRINUSE` when somebody else does.
   */
  listen(by: Listener, port: number, answer: number | undefined): void {
    if (this.#ports.get(port)?.by.alive)
      throw Object.assign(new Error(`listen EADDRINUSE: address already in use 127.0.0.1:${port}`), {
        code: 'EADDRINUSE',
      })
    this.#ports.set(port, { by, answer })
  }

  // A machine takes connections for a process that is stopped, too.
  async connects({ port, host = 'localhost' }: Address): Promise<boolean> {
    refuseElsewhere(host)
    return this.#ports.get(port)?.by.alive ?? false
  }

  async status(url: string, signal: AbortSignal): Promise<number | undefined> {
    const { hostname, port, protocol } = new URL(url)
    refuseElsewhere(hostname)
    const listener = this.#ports.get(Number(port || (protocol === 'https:' ? 443 : 80)))
    if (!listener?.by.alive || signal.aborted) return undefined
    if (listener.answer !== undefined && !listener.by.stopped) return listener.answer
    return new Promise((resolve) => {
      const none = () => resolve(undefined)
      signal.addEventListener('abort', none, { once: true })
      void listener.by.exit.then(none)
    })
  }
}

function refuseElsewhere(host: string): void {
  if (!HERE.includes(host))
    throw new NotFakeableError(`Cannot reach "${host}" in a rehearsal: it has no machine but its own`)
}
