import type { TaskRun } from '../contracts/schedule-store.ts'
import { BadScheduleError } from '../errors.ts'
import type { ListedTask } from '../schedule/calendar.ts'
import type { ProcessScheduler } from '../schedule/scheduler.ts'
import { perhaps } from './closest.ts'
import { type Moments, momentsIn } from './moments.ts'
import { importOwn } from './own-module.ts'
import { json, type Spec, text } from './spec.ts'
import { table } from './table.ts'
import { type Line, numberIn, UsageError } from './usage.ts'
import { work } from './work.ts'

export type Write = (text: string) => void

/** What a sub-command gets. */
interface Call {
  readonly scheduler: ProcessScheduler
  readonly write: Write
  readonly json: boolean
  /** What was said after the sub-command. */
  readonly words: readonly string[]
  readonly limit: number
  readonly show: Moments
  /** Prints a list: as JSON where that was asked for, else as a table. */
  readonly print: (list: readonly object[], head: readonly string[], rows: readonly (readonly string[])[]) => void
}

const WORDS = {
  list: 'what is scheduled',
  next: 'the times that come next',
  run: 'run what is due in this minute, once',
  work: 'run what is due, until a signal comes',
  test: 'run one task now: name it',
  pause: 'run nothing, for all who share the store',
  resume: 'go on after a pause',
  history: 'what ran, of all or of one task',
}

/** Those that may be told a task. */
const WITH_A_TASK = ['test', 'history']

/** Each says whether all went well. */
const COMMANDS: Readonly<Record<string, (call: Call) => Promise<boolean>>> = {
  list,
  next,
  run,
  work: ({ scheduler, write, show }) => work(scheduler, write, show),
  test,
  pause,
  resume,
  history,
}

/** `rehearsal schedule`: looks at the scheduler that a file exports as its default, or lets it work. */
export const schedule: Spec = {
  about: 'see when things are due, or let them run',
  subject: '[<task>]',
  words: WORDS,
  options: {
    file: text('<file>', 'what exports the scheduler: schedule.js unless given'),
    timezone: text('<zone>', 'whose clocks times are shown by: those of the machine unless given'),
    limit: text('<n>', 'how many rows: 20 unless given'),
    ...json,
  },
  goesOn: true,
  act: async (line) => ((await perform(line, (text) => process.stdout.write(text))) ? 0 : 1),
}

async function perform(line: Line, write: Write): Promise<boolean> {
  const { values, subjects } = line
  const [name = 'list', ...words] = subjects
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    const names = Object.keys(COMMANDS)
    throw new UsageError(`Cannot "schedule ${name}": expected one of ${names.join(', ')}${perhaps(name, names)}`)
  }
  const [extra] = WITH_A_TASK.includes(name) ? words.slice(1) : words
  if (extra !== undefined) throw new UsageError(`Cannot "schedule ${name}": "${extra}" means nothing here`)
  const limit = numberIn(line, 'limit') ?? 20
  if (!Number.isInteger(limit) || limit < 1)
    throw new UsageError(`Cannot show ${values.limit} rows: expected 1 or more`)
  const show = momentsIn(values.timezone as string | undefined)
  const scheduler = await load((values.file as string | undefined) ?? 'schedule.js')
  const print: Call['print'] = (list, head, rows) => {
    if (values.json) write(`${JSON.stringify(list, undefined, 2)}\n`)
    else write(rows.length > 0 ? table(head, rows) : 'There is nothing.\n')
  }
  return command({ scheduler, write, words, limit, show, print, json: values.json === true })
}

async function load(file: string): Promise<ProcessScheduler> {
  const importing = importOwn(file, 'read the schedule', ', name it with --file')
  const module: { readonly default?: ProcessScheduler } = await importing.catch((error) => refuse(file, error))
  if (typeof module.default?.getNextRun !== 'function')
    throw new UsageError(`Cannot read the schedule: the default export of ${file} is no ProcessScheduler`)
  return module.default
}

// What a file throws while it is read is a mistake in it, as is what cannot be read at all.
function refuse(file: string, cause: unknown): never {
  if (cause instanceof UsageError || !(cause instanceof Error)) throw cause
  const how = cause instanceof SyntaxError ? 'does not parse' : 'throws'
  throw new BadScheduleError(`Cannot read the schedule: ${file} ${how}: ${cause.message}`, { cause })
}

async function list({ scheduler, show, print }: Call): Promise<boolean> {
  const last = await Promise.all(
    scheduler.tasks.map(({ id }) => scheduler.store.history({ tasks: [id], limit: 1 }).then(([run]) => run ?? null)),
  )
  const tasks = scheduler.list().map((task, index) => ({ ...task, lastRun: last[index] ?? null }))
  const rows = tasks.map((task) => {
    const before = task.lastRun ? `${show(task.lastRun.dueAt)} ${task.lastRun.outcome}` : '-'
    return [task.expression, task.timezone, show(task.nextRun), before, about(task)]
  })
  print(tasks, ['WHEN', 'ZONE', `NEXT (${show.zone})`, 'LAST', 'TASK'], rows)
  return true
}

function about({ name, command, description, dst }: ListedTask): string {
  const rule = dst === undefined || dst === 'vixie' ? '' : `dst: ${dst}`
  return [name, name === command ? '' : command, description ?? '', rule].filter((part) => part !== '').join(' · ')
}

async function next({ scheduler, limit, show, print }: Call): Promise<boolean> {
  const moments = scheduler.upcoming(limit).map(({ at, task }) => ({ at, task: task.label }))
  const rows = moments.map(({ at, task }) => [show(at), task])
  print(moments, [`AT (${show.zone})`, 'TASK'], rows)
  return true
}

async function run(call: Call): Promise<boolean> {
  return report(call, await call.scheduler.run())
}

async function test(call: Call): Promise<boolean> {
  const [name] = call.words
  if (name === undefined) throw new UsageError('Cannot test a task: name one')
  return report(call, [await call.scheduler.test(name)])
}

async function history(call: Call): Promise<boolean> {
  const { scheduler, limit } = call
  const [name] = call.words
  if (name !== undefined && scheduler.tasksOf(name).length === 0)
    throw new BadScheduleError(`Cannot show what ran of a task called "${name}": there is none`)
  report(call, await scheduler.history(name, { limit }))
  return true
}

function report({ show, print }: Call, runs: readonly TaskRun[]): boolean {
  const seconds = (run: TaskRun) => `${((run.endedAt - run.startedAt) / 1000).toFixed(1)} s`
  const rows = runs.map((run) => [show(run.dueAt), run.outcome, seconds(run), run.task, run.reason ?? ''])
  print(runs, [`DUE (${show.zone})`, 'OUTCOME', 'TOOK', 'TASK', 'REASON'], rows)
  return runs.every(({ outcome }) => outcome !== 'failed')
}

async function pause({ scheduler, write, json }: Call): Promise<boolean> {
  await scheduler.pause()
  write(json ? '{"paused":true}\n' : 'Paused, for all who share the store.\n')
  return true
}

async function resume({ scheduler, write, json }: Call): Promise<boolean> {
  await scheduler.resume()
  write(json ? '{"paused":false}\n' : 'Resumed.\n')
  return true
}
