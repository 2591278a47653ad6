import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

const EVENTS = ['spawn', 'error', 'exit', 'close', 'disconnect']

/** What a child tells, in order, with what it tells: filled while the child lives. */
export function eventsOf(child: ChildProcess): unknown[][] {
  const seen: unknown[][] = []
  for (const event of EVENTS) child.on(event, (...rest) => seen.push([event, ...rest]))
  return seen
}

/** Waits until a child has closed, whether or not it ever ran. */
export async function closing(child: ChildProcess): Promise<void> {
  await new Promise((resolve) => child.once('close', resolve))
}

/** All that a stream gives, as text. */
export async function textOf(stream: Readable | null): Promise<string> {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  if (stream && !stream.readableEnded) await once(stream, 'end')
  return text
}

/** The fields of an error that Node sets. */
export function fieldsOf(error: unknown): Record<string, unknown> {
  return { message: (error as Error).message, ...(error as object) }
}
