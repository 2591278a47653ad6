import { EventEmitter } from 'node:events'
import { nextTick } from '../contracts/event-loop.ts'
import { checkMessage, checkSendOptions, type Serialization } from './channel-message.ts'
import type { NodeChild } from './node-internals.ts'

/** What somebody may hear of the end of a channel. */
export interface ChannelEnd {
  /** The program has closed it, as it does when it is over. */
  closed(): void
  /** The caller has. Node hears nothing more of such a channel, so that its child never closes. */
  abandoned(): void
}

/**
 * The IPC channel of a rehearsed `fork`, to a program that never says anything and leaves unread what it is sent. Gives back
 * how to end it.
 */
export function openChannel(child: NodeChild, serialization: Serialization, end: ChannelEnd): () => void {
  const close = (tell: () => void): void => {
    Object.assign(child, { connected: false, channel: null })
    nextTick(() => {
      child.emit('disconnect')
      tell()
    })
  }
  const disconnect = (): void => {
    if (!child.connected) return void child.emit('error', disconnected())
    close(() => {})
    end.abandoned()
  }
  Object.assign(child, {
    connected: true,
    channel: new IdleChannel(),
    send: senderOf(child, serialization),
    disconnect,
  })
  return () => {
    if (child.connected) close(() => end.closed())
  }
}

type Send = (message: unknown, handle?: unknown, options?: unknown, callback?: unknown) => boolean

/** `send`, with its arguments sorted as Node does: what is left out is at the end. */
function senderOf(child: NodeChild, serialization: Serialization): Send {
  return (message, handle, options, callback) => {
    if (typeof handle === 'function') return send(child, () => checkMessage(message, undefined, serialization), handle)
    const check = () => checkMessage(message, handle, serialization)
    if (typeof options === 'function') return send(child, check, options)
    checkSendOptions(options)
    return send(child, check, callback)
  }
}

function send(child: NodeChild, check: () => void, callback: unknown): boolean {
  if (child.connected) check()
  const error = child.connected ? null : closed()
  nextTick(() => {
    if (typeof callback === 'function') callback(error)
    else if (error) child.emit('error', error)
  })
  return child.connected
}

/** What Node counts on such a channel is whether it keeps the caller alive; this one never does. */
class IdleChannel extends EventEmitter {
  ref(): void {}

  unref(): void {}

  refCounted(): void {}

  unrefCounted(): void {}
}

function closed(): Error {
  return Object.assign(new Error('Channel closed'), { code: 'ERR_IPC_CHANNEL_CLOSED' })
}

function disconnected(): Error {
  return Object.assign(new Error('IPC channel is already disconnected'), { code: 'ERR_IPC_DISCONNECTED' })
}
