import { checkCommand } from './command.ts'
import type { DriverOptions } from './contracts/command.ts'
import type { OutputCallback, Settings } from './settings.ts'
import { shown } from './shown.ts'

/** Refuses a value that is not text. @throws TypeError */
export function checkTextAs(what: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`Cannot use ${shown(value)} as ${what}: expected text`)
}

/** Refuses what nobody could call. @throws TypeError */
export function checkCallback(what: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`Cannot use ${shown(value)} as ${what}: expected a function`)
}

/** Refuses a value that is none of those that mean something. @throws TypeError */
export function checkChoice(what: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return
  throw new TypeError(`Cannot use ${shown(value)} as ${what}: expected ${choices.map(shown).join(' or ')}`)
}

/** Refuses what no process could read. @throws TypeError */
export function checkInput(value: unknown): void {
  if (typeof value === 'string' || value instanceof Uint8Array) return
  const gives = (name: symbol) => typeof (value as Partial<Record<symbol, unknown>>)[name] === 'function'
  if (typeof value === 'object' && value !== null && (gives(Symbol.asyncIterator) || gives(Symbol.iterator))) return
  throw new TypeError(
    `Cannot use ${shown(value)} as input: expected text, bytes, a stream, or what gives pieces of them`,
  )
}

/** Refuses what could not tell anybody to stop. @throws TypeError */
export function checkAbortSignal(value: unknown): void {
  if (typeof (value as AbortSignal | undefined)?.aborted === 'boolean') return
  throw new TypeError(`Cannot be ended by ${shown(value)}: expected an AbortSignal`)
}

/** Refuses what nothing could be looked for by. @throws TypeError */
export function checkSecret(value: unknown): void {
  if (value instanceof RegExp || (typeof value === 'string' && value !== '')) return
  throw new TypeError(`Cannot redact ${shown(value)}: expected text that is not empty, or a RegExp`)
}

/** Refuses settings that no process could be started with, before any of several is. @throws TypeError */
export function checkSettings({ line, path: cwd, env, tty, idleTimeout }: Settings): void {
  if (line === undefined) throw new TypeError('Cannot start a process without a command')
  checkCommand({ line, cwd, env })
  if (tty && idleTimeout !== undefined)
    throw new TypeError('Cannot watch the silence of a process that has the terminal: idleTimeout with tty')
}

/** Refuses the promise of a function that was to describe something within the call. @throws TypeError */
export function checkDescribed(what: string, value: unknown): void {
  if (typeof (value as PromiseLike<unknown> | undefined)?.then !== 'function') return
  void (value as PromiseLike<unknown>).then(undefined, () => {})
  throw new TypeError(`Cannot describe ${what} by a function that gives a promise: what comes later is not heard`)
}

/** What is to hear the output, where something is given. @throws TypeError */
export function callbackOf(value: unknown): OutputCallback | undefined {
  if (value === undefined || value === null) return undefined
  checkCallback('onOutput', value)
  return value as OutputCallback
}

const OPTIONS: Readonly<Record<keyof DriverOptions, string>> = {
  argv0: 'string',
  shell: 'string',
  windowsHide: 'boolean',
  windowsVerbatimArguments: 'boolean',
}

/** Gives options of a driver back when all of them are known. @throws TypeError */
export function checkDriverOptions(options: DriverOptions): DriverOptions {
  for (const [name, value] of Object.entries(options)) {
    const expected = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof DriverOptions] : undefined
    if (expected === typeof value) continue
    const state = expected === undefined ? `known are ${Object.keys(OPTIONS).join(', ')}` : `expected a ${expected}`
    throw new TypeError(`Cannot use ${shown(value)} as the option "${name}": ${state}`)
  }
  return options
}
