import type { Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import type { ErrorCode } from '../errors.ts'

/** What is asked for: one line of JSON, the first and only one that a client writes. */
export interface Request {
  readonly do: string
  readonly [more: string]: unknown
}

/** What comes back: as many items as there are, then how it ended. One line of JSON each. */
export type Answer =
  | { readonly item: unknown }
  | { readonly end: true }
  | { readonly error: { readonly message: string; readonly code?: ErrorCode } }

/** More than anybody has to say in one line, in characters. */
const LONGEST = 1024 * 1024

/**
 * What comes in, line by line, until the other side has written all.
 *
 * @throws what was wrong with the connection; RangeError for a line without an end.
 */
export async function* linesFrom(socket: Socket): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    const lines = (rest + decoder.write(piece as Buffer)).split('\n')
    rest = lines.pop() as string
    if (rest.length > LONGEST) throw new RangeError(`Cannot read on: no line has more than ${LONGEST} characters`)
    yield* lines
  }
}
