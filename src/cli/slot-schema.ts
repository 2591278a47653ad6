import type { Size } from '../duration.ts'
import { type CpuLimit, cpuLimit, memoryLimit } from '../monitoring/limits.ts'
import { type HangOptions, hangSpec, type LimitOptions, type ProbeOptions } from '../supervision/health-options.ts'
import { type BackoffOptions, type PolicyOptions, restartModes } from '../supervision/policy-options.ts'
import type { Probe } from '../supervision/probe.ts'
import type { Readiness } from '../supervision/readiness.ts'
import { type Condition, conditions, type SlotOptions } from '../supervision/slot-options.ts'
import { closest } from './closest.ts'
import {
  checked,
  type Entries,
  type Forms,
  form,
  leaf,
  list,
  listOr,
  needed,
  object,
  objectOr,
  record,
  type Schema,
  word,
} from './schema-parts.ts'
import {
  atLeast,
  callback,
  command,
  duration,
  isNumber,
  isText,
  share,
  signal,
  span,
  text,
  textOrPattern,
  whole,
} from './schema-values.ts'

/** How one process may be looked after, where there are processes of these names to come after. */
export function slot(names: readonly string[]): Entries<SlotOptions> {
  return {
    after: afterSome(names),
    ready: readiness,
    readyTimeout: span,
    stopSignal: signal,
    graceTime: duration,
    timeout: span,
    instances: whole(0),
    hang,
    maxMemory: limited<Size>(checked(memoryLimit)),
    maxCpu: limited<CpuLimit>(checked(cpuLimit)),
    ...policy,
  }
}

function afterSome(names: readonly string[]): Schema<NonNullable<SlotOptions['after']>> {
  const name = checked(
    (given: string) => {
      if (!names.includes(given)) throw new TypeError(`there is no process ${noSuch(given, names)}`)
    },
    leaf<string>('the name of a process, names, or conditions by name', isText),
  )
  const byName = record<Condition>('conditions by name', name, word(conditions))
  return objectOr(byName, listOr(list('names', name), name))
}

function noSuch(given: string, names: readonly string[]): string {
  const meant = closest(given, names)
  return `"${given}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

const backoff: Schema<BackoffOptions> = object<BackoffOptions>('an object such as { first: "1s", cap: "1m" }', {
  first: duration,
  factor: atLeast(1),
  cap: duration,
  jitter: share,
})

/** When and how often it may be started again. */
export const policy: Entries<PolicyOptions> = {
  restart: word(restartModes),
  successCodes: list('a list of exit codes', leaf<number>('a whole number', Number.isInteger)),
  successSignals: list('a list of signals', signal),
  maxRestarts: leaf('a whole number from 0 on, or Infinity', isCount),
  window: span,
  backoff,
  jitter: share,
  healthyAfter: duration,
  cooldown: span,
}

const QUESTIONS = '{ port }, { http }, { command } or a function'
const SIGNS = `{ output }, { notify }, { file }, ${QUESTIONS}`

type Callable = (...args: never) => unknown
type Asked = Exclude<Probe, Callable>
type Shown = Exclude<Readiness, Callable>

const probes: Forms<Asked> = {
  port: { port: needed(whole(1, 65_535)), host: text },
  http: { http: needed(leaf('a URL that begins with http: or https:', isWebAddress)), status: whole(100, 599) },
  command: { command: needed(command) },
}

const probe: Schema<Probe> = objectOr(form<Asked>(QUESTIONS, probes), callback<Extract<Probe, Callable>>(QUESTIONS))

const readiness: Schema<Readiness> = objectOr(
  form<Shown>(SIGNS, {
    output: { output: needed(textOrPattern) },
    notify: { notify: needed(leaf<true>('true', (value) => value === true)) },
    file: { file: needed(text) },
    ...probes,
  }),
  callback<Extract<Readiness, Callable>>(SIGNS),
)

const hang: Schema<HangOptions> = checked(
  hangSpec,
  object<HangOptions>('an object such as { silence: "1m" }', {
    silence: span,
    heartbeat: form<NonNullable<HangOptions['heartbeat']>>('{ output, within } or { file, within }', {
      output: { output: needed(textOrPattern), within: needed(span) },
      file: { file: needed(text), within: needed(span) },
    }),
    probe: object<ProbeOptions>('an object such as { probe: { port: 80 } }', {
      probe: needed(probe),
      every: span,
      timeout: span,
      failures: whole(1),
    }),
    limit: span,
    noProgress: span,
  }),
)

function limited<Amount>(amount: Schema<Amount>): Schema<Amount | LimitOptions<Amount>> {
  const entries: Entries<LimitOptions<unknown>> = {
    limit: needed(amount),
    every: span,
    samples: whole(1),
    grace: duration,
    hysteresis: leaf('a share from 0 on, and less than 1', (value) => isNumber(value, 0) && value < 1),
  }
  return objectOr(object('an object with a limit', entries) as Schema<LimitOptions<Amount>>, amount)
}

function isCount(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && isNumber(value, 0))
}

function isWebAddress(value: unknown): boolean {
  return isText(value) && /^https?:/.test(value) && URL.canParse(value)
}
