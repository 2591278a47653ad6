import { Socket as Datagrams } from 'node:dgram'
import { Server, Socket } from 'node:net'
import { inspect } from 'node:util'
import { serialize } from 'node:v8'
import { isNativeHandle } from './native-handles.ts'

/** How a message gets through a channel, as `fork` is told. */
export type Serialization = 'json' | 'advanced' | undefined

const TYPES = ['string', 'object', 'number', 'boolean']

/**
 * Refuses what Node would not send.
 *
 * @throws as `send` does: TypeError with ERR_MISSING_ARGS, ERR_INVALID_ARG_TYPE or ERR_INVALID_HANDLE_TYPE; what the
 *   serialization throws.
 */
export function checkMessage(message: unknown, handle: unknown, serialization: Serialization): void {
  if (message === undefined) throw refusal('ERR_MISSING_ARGS', 'The "message" argument must be specified')
  if (!TYPES.includes(typeof message)) {
    throw badArgument('message', 'one of type string, object, number, or boolean', message)
  }
  if (handle && !canBeSent(handle)) throw refusal('ERR_INVALID_HANDLE_TYPE', 'This handle type cannot be sent')
  if (serialization === 'advanced') serialize(message)
  else JSON.stringify(message)
}

/** @throws TypeError with ERR_INVALID_ARG_TYPE for options of `send` that are none. */
export function checkSendOptions(options: unknown): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options)
  if (options !== undefined && !isObject) throw badArgument('options', 'of type object', options)
}

function canBeSent(handle: unknown): boolean {
  if (handle instanceof Socket || handle instanceof Server || handle instanceof Datagrams) return true
  return isNativeHandle(handle)
}

function badArgument(name: string, expected: string, value: unknown): TypeError {
  return refusal('ERR_INVALID_ARG_TYPE', `The "${name}" argument must be ${expected}. Received ${received(value)}`)
}

// In Node's words.
function received(value: unknown): string {
  if (value === null || value === undefined) return `${value}`
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value === 'object') return `an instance of ${value.constructor?.name ?? 'Object'}`
  const text = inspect(value)
  return `type ${typeof value} (${text.length > 28 ? `${text.slice(0, 25)}...` : text})`
}

function refusal(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code })
}
