import { defaults, type ProcessInput, type Settings } from '../settings.ts'
import { BadJobError } from './errors.ts'

/** Settings as plain data: what of a pending process can wait in a queue and be started by somebody else. */
export type Travelling = Readonly<Record<string, unknown>>

/** Of every setting: whether it travels as it is, in a form of its own, or not at all, with the reason. */
const ROUTES: Readonly<
  Record<keyof Settings, 'plain' | 'input' | 'patterns' | 'worker' | { readonly refused: string }>
> = {
  line: 'plain',
  path: 'plain',
  env: 'plain',
  input: 'input',
  timeout: 'plain',
  idleTimeout: 'plain',
  quiet: 'plain',
  output: 'plain',
  encoding: 'plain',
  stopSignal: 'plain',
  graceTime: 'plain',
  name: 'plain',
  log: 'plain',
  user: 'plain',
  group: 'plain',
  isolation: 'plain',
  options: 'plain',
  redact: 'patterns',
  spared: 'worker',
  environment: { refused: 'a function of the inherited variables cannot wait in a queue: give the variables' },
  tty: { refused: 'a worker has no terminal to give it' },
  abortSignal: { refused: 'a signal cannot wait in a queue: cancel the job' },
  retry: { refused: 'give the job "tries" and "backoff" instead' },
  onOutput: { refused: 'a function cannot wait in a queue: listen to the events of the worker' },
}

/**
 * Settings as data that travels.
 *
 * @throws BadJobError naming what cannot.
 */
export function toTravelling(settings: Settings, text: string): Travelling {
  const travelling: Record<string, unknown> = {}
  for (const [name, route] of Object.entries(ROUTES)) {
    const value = settings[name as keyof Settings]
    if (value === undefined || value === defaults[name as keyof Settings] || route === 'worker') continue
    if (typeof route === 'object') throw new BadJobError(`Cannot queue "${text}" with "${name}": ${route.refused}`)
    if (route === 'input') travelling[name] = toData(value as ProcessInput, text)
    else travelling[name] = route === 'patterns' ? settings.redact.map(toPattern) : value
  }
  // That it has no limit is said by nothing at all.
  if (settings.timeout === undefined) travelling.timeout = 0
  return travelling
}

/**
 * The settings again.
 *
 * @throws BadJobError for anything that a queue does not carry.
 */
export function fromTravelling(travelling: Travelling): Partial<Settings> {
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(travelling)) {
    const route = Object.hasOwn(ROUTES, name) ? ROUTES[name as keyof Settings] : undefined
    if (route === 'plain') settings[name] = value
    else if (route === 'input') settings[name] = fromData(value)
    else if (route === 'patterns') settings[name] = (value as readonly Pattern[]).map(fromPattern)
    else throw new BadJobError(`Cannot start a queued command: "${name}" is not carried by queues`)
  }
  if (settings.timeout === 0) settings.timeout = undefined
  return settings as Partial<Settings>
}

type Pattern = string | { readonly source: string; readonly flags: string }

function toPattern(pattern: string | RegExp): Pattern {
  return typeof pattern === 'string' ? pattern : { source: pattern.source, flags: pattern.flags }
}

function fromPattern(pattern: Pattern): string | RegExp {
  return typeof pattern === 'string' ? pattern : new RegExp(pattern.source, pattern.flags)
}

function toData(input: ProcessInput, text: string): unknown {
  if (typeof input === 'string') return input
  if (input instanceof Uint8Array) return { base64: Buffer.from(input).toString('base64') }
  throw new BadJobError(`Cannot queue "${text}" with this "input": only text and bytes can wait in a queue`)
}

function fromData(data: unknown): ProcessInput {
  if (typeof data === 'string') return data
  return Buffer.from((data as { readonly base64: string }).base64, 'base64')
}
