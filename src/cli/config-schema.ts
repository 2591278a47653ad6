import type { CommandInput } from '../command.ts'
import type { WorkOptions } from '../queue/worker-options.ts'
import type { GroupOptions } from '../supervision/group-members.ts'
import { strategies } from '../supervision/strategy.ts'
import type { Config, ConfiguredProcess } from './config.ts'
import {
  checked,
  type Entries,
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
import { callback, command, commandOr, duration, flag, isText, size, span, text, whole } from './schema-values.ts'
import { policy, slot } from './slot-schema.ts'

/** What a config may be whose processes have these names. */
export function configOf(names: readonly string[]): Schema<Config> {
  return object<Config>('a config, see defineConfig', {
    processes: needed(processesOf(names)),
    schedule: callback(),
    queue: work,
    ...group,
  })
}

function processesOf(names: readonly string[]): Schema<Config['processes']> {
  const processName = leaf<string>('a name without spaces, "/" or "#"', (value) => matches(value, /^[^\s#/]+$/))
  const one = objectOr(processOf(names), commandOr('a command, or an object with one'))
  return checked(
    someProcess,
    record<CommandInput | ConfiguredProcess>('an object of commands by name', processName, one),
  )
}

function someProcess(processes: Config['processes']): void {
  if (Object.keys(processes).length === 0) throw new TypeError('expected one process at least')
}

function processOf(names: readonly string[]): Schema<ConfiguredProcess> {
  const variable = leaf<string>('the name of a variable', (value) => matches(value, /^[^=]+$/))
  const value = leaf<string | false>('text, or false to remove it', (one) => isText(one) || one === false)
  return object<ConfiguredProcess>('a command, or an object with one', {
    command: needed(command),
    path: leaf('the path of a folder', isText),
    env: record('an object of variables', variable, value),
    ...slot(names),
  })
}

const { stopSignal, graceTime, timeout, hang, maxMemory, maxCpu } = slot([])
const forAll = { ...policy, stopSignal, graceTime, timeout, hang, maxMemory, maxCpu }
const group: Entries<GroupOptions> = { name: text, strategy: word(strategies), ledger: text, ...forAll }

const queue = leaf<string>('the name of a queue, without blanks', (value) => matches(value, /^\S+$/))
const queues = leaf<string>('names of queues, with commas between', (value) => matches(value, /^[^\s,]+(,[^\s,]+)*$/))

const work: Schema<WorkOptions> = object<WorkOptions>('an object such as { concurrency: 2 }', {
  queues: listOr(list('names of queues', queue), queues),
  concurrency: whole(1),
  once: flag,
  stopWhenEmpty: flag,
  maxJobs: whole(1),
  maxTime: duration,
  memory: size,
  rest: duration,
  lease: span,
  signal: leaf('an AbortSignal', (value) => value instanceof AbortSignal),
})

function matches(value: unknown, expression: RegExp): boolean {
  return isText(value) && expression.test(value)
}
