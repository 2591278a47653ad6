import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { codes, ProcessError } from '../errors.ts'
import { ControlError } from './errors.ts'
import { type Answer, linesFrom, type Request } from './messages.ts'
import { makePlace, type Place } from './place.ts'
import { beSole } from './sole.ts'

/**
 * Answers one kind of request, item by item. Once `gone` aborts nobody waits for more: it then ends.
 *
 * @throws anything: the client is told its message, and its code where it is one of ours.
 */
export type Handler = (request: Request, gone: AbortSignal) => AsyncIterable<unknown>

/**
 * Lets others on this machine, of the same user, ask by way of a socket of mode 0600. What a dead one has left there is
 * cleaned up.
 *
 * @throws AlreadyRunsError when somebody listens there, Error when there is no listening there.
 */
export async function listen(place: Place, handlers: Readonly<Record<string, Handler>>): Promise<ControlServer> {
  makePlace(place)
  const free = beSole(place)
  try {
    rmSync(place.socket, { force: true })
    const server = new ControlServer(place, handlers, free)
    await server.listen()
    return server
  } catch (error) {
    free()
    throw error
  }
}

/** Who listens: what `listen` gives back. */
export class ControlServer {
  readonly #place: Place
  readonly #handlers: Readonly<Record<string, Handler>>
  readonly #free: () => void
  readonly #server: Server
  readonly #closing = new AbortController()
  readonly #answering = new Set<Promise<void>>()

  constructor(place: Place, handlers: Readonly<Record<string, Handler>>, free: () => void) {
    this.#place = place
    this.#handlers = handlers
    this.#free = free
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket))
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#place.socket, () => {
        // The folder is closed to others, so nobody has come in before this.
        chmodSync(this.#place.socket, 0o600)
        resolve()
      })
    })
  }

  /** Takes nobody any more, and ends what goes on without end. Whoever does not read keeps nobody from that. */
  async close(): Promise<void> {
    this.#server.close()
    this.#closing.abort()
    await Promise.all(this.#answering)
    rmSync(this.#place.socket, { force: true })
    this.#free()
  }

  #take(socket: Socket): void {
    // Whoever is gone is noticed by its close.
    socket.on('error', () => {})
    const answering = this.#answer(socket).finally(() => this.#answering.delete(answering))
    this.#answering.add(answering)
  }

  async #answer(socket: Socket): Promise<void> {
    const gone = new AbortController()
    socket.once('close', () => gone.abort())
    const over = AbortSignal.any([gone.signal, this.#closing.signal])
    try {
      for await (const item of this.#handle(await firstLine(socket, over), over)) await send(socket, { item }, over)
      await send(socket, { end: true }, over)
    } catch (error) {
      await send(socket, { error: told(error) }, over)
    }
    socket.end()
    socket.unref()
  }

  #handle(line: string, gone: AbortSignal): AsyncIterable<unknown> {
    const request = requestIn(line)
    if (!Object.hasOwn(this.#handlers, request.do)) throw new ControlError(`Cannot "${request.do}": unknown`)
    return (this.#handlers[request.do] as Handler)(request, gone)
  }
}

function firstLine(socket: Socket, over: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const nothing = () => reject(new ControlError('Cannot answer: nothing was asked'))
    over.addEventListener('abort', nothing)
    // Read on after that: it is how a client that hangs up is noticed.
    const read = async () => {
      for await (const line of linesFrom(socket)) resolve(line)
    }
    read().then(nothing, reject)
  })
}

function requestIn(line: string): Request {
  try {
    const request = JSON.parse(line) as Request
    if (typeof request.do === 'string') return request
  } catch {
    // It is no JSON: said below.
  }
  throw new ControlError('Cannot answer: expected { "do": … } as one line of JSON')
}

/** Waits until there is room for more, so that nothing is heaped up for somebody who is slow. */
function send(socket: Socket, answer: Answer, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed || socket.write(`${JSON.stringify(answer)}\n`) || over.aborted) return resolve()
    const goOn = (): void => {
      over.removeEventListener('abort', goOn)
      resolve()
    }
    socket.once('drain', goOn)
    over.addEventListener('abort', goOn)
  })
}

function told(error: unknown): { readonly message: string; readonly code?: ProcessError['code'] } {
  if (error instanceof ProcessError) return { message: error.message, code: error.code }
  return { message: error instanceof Error ? error.message : String(error), code: codes.control }
}
