import { EventEmitter } from 'node:events'
import { nextTick } from '../contracts/event-loop.ts'
import type { NodeChild } from './node-internals.ts'

type Answer = (error: Error | null) => void

/**
 * The IPC channel of a rehearsed `fork`, to a program that never says anything and leaves unread what it is sent. Gives back
 * how to end it.
 */
export function openChannel(child: NodeChild, onClosed: () => void): () => void {
  const channel = new IdleChannel()
  const disconnect = (): void => {
    if (!child.connected) return void child.emit('error', disconnected())
    Object.assign(child, { connected: false, channel: null })
    nextTick(() => {
      child.emit('disconnect')
      onClosed()
    })
  }
  const send = (message: unknown, ...rest: unknown[]): boolean => {
    if (message === undefined) throw missingMessage()
    const answer = rest.find((one) => typeof one === 'function') as Answer | undefined
    const error = child.connected ? null : closed()
    nextTick(() => {
      if (answer) answer(error)
      else if (error) child.emit('error', error)
    })
    return child.connected
  }
  Object.assign(child, { connected: true, channel, send, disconnect })
  return () => {
    if (child.connected) disconnect()
  }
}

/** What Node counts on such a channel is whether it keeps the caller alive; this one never does. */
class IdleChannel extends EventEmitter {
  ref(): void {}

  unref(): void {}

  refCounted(): void {}

  unrefCounted(): void {}
}

function missingMessage(): TypeError {
  return Object.assign(new TypeError('The "message" argument must be specified'), { code: 'ERR_MISSING_ARGS' })
}

function closed(): Error {
  return Object.assign(new Error('Channel closed'), { code: 'ERR_IPC_CHANNEL_CLOSED' })
}

function disconnected(): Error {
  return Object.assign(new Error('IPC channel is already disconnected'), { code: 'ERR_IPC_DISCONNECTED' })
}
