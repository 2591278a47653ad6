import { connect, type Socket } from 'node:net'
import { ControlError, NothingRunsError } from './errors.ts'
import { type Answer, linesFrom, type Request } from './messages.ts'
import type { Place } from './place.ts'

/** What a connection fails with when nobody listens: there is no socket, or that of a process that is dead. */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']

/**
 * Asks who runs in a place, and gives the items of the answer as they come. Whoever leaves the loop hangs up.
 *
 * @throws NothingRunsError when nobody does, ControlError for what was refused, or when the other side went away before the end.
 */
export async function* ask(place: Place, request: Request): AsyncGenerator<unknown, void, undefined> {
  const socket = await connected(place)
  try {
    socket.write(`${JSON.stringify(request)}\n`)
    for await (const line of linesFrom(socket)) {
      const answer = JSON.parse(line) as Answer
      if ('end' in answer) return
      if ('error' in answer) throw new ControlError(answer.error.message, answer.error.code)
      yield answer.item
    }
    throw new ControlError(`Cannot "${request.do}": "rehearsal up" ended meanwhile`)
  } finally {
    socket.destroy()
  }
}

/** What is asked for and answered in one item. */
export async function askOnce(place: Place, request: Request): Promise<unknown> {
  let last: unknown
  for await (const item of ask(place, request)) last = item
  return last
}

function connected({ socket: path }: Place): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(socket)
    })
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(NOBODY.includes(error.code ?? '') ? new NothingRunsError({ cause: error }) : error)
    }
    socket.once('error', fail)
  })
}
