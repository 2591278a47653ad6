import { resolve } from 'node:path'
import type { JobFilter, QueueCounts } from '../contracts/queue-store.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import { queueAt } from '../queue/default-queue.ts'
import { BadJobError } from '../queue/errors.ts'
import type { QueuedJob } from '../queue/job-view.ts'
import { perhaps } from './closest.ts'
import { momentsIn } from './moments.ts'
import { numberOf, type QueueCall, textOf, type Write } from './queue-call.ts'
import { queueOptions, queueWords } from './queue-options.ts'
import { workOnQueues } from './queue-work.ts'
import type { Spec } from './spec.ts'
import { table } from './table.ts'
import { type Line, UsageError } from './usage.ts'

/** Each says whether all went well. */
const COMMANDS: Readonly<Record<string, (call: QueueCall) => Promise<boolean>>> = {
  work: workOnQueues,
  push,
  status,
  list: (call) => list(call, {}),
  failed: (call) => list(call, { state: 'failed' }),
  retry: (call) => (word(call) === 'all' ? each : one)(call, 'to be tried again', call.queued.retry(word(call))),
  cancel: (call) => one(call, 'cancelled', call.queued.cancel(word(call))),
  forget: (call) => one(call, 'forgotten', call.queued.forget(word(call))),
  flush: (call) => each(call, 'forgotten', call.queued.flush(textOf(call, 'age'))),
  prune: (call) => each(call, 'forgotten', call.queued.prune(textOf(call, 'age') ?? '1d')),
  clear: (call) => each(call, 'forgotten', call.queued.clear(textOf(call, 'queue'))),
  pause: (call) => paused(call, call.queued.pause(textOf(call, 'queue')), true),
  resume: (call) => paused(call, call.queued.resume(textOf(call, 'queue')), false),
  release: (call) => one(call, 'given back', call.queued.release(call.words[0] ?? 0)),
}

/** Those that are told which job, or how long. */
const WITH_A_WORD = ['retry', 'cancel', 'forget', 'release']

/** `rehearsal queue`: a queue, and a worker for it. */
export const queue: Spec = {
  about: 'commands that wait for a worker',
  subject: '[<id>] [-- <command…>]',
  words: queueWords,
  options: queueOptions,
  goesOn: true,
  act: async (line) => ((await perform(line, (text) => process.stdout.write(text))) ? 0 : 1),
}

async function perform({ values, subjects, command: line }: Line, write: Write): Promise<boolean> {
  const [name = 'status', ...words] = subjects
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    const names = Object.keys(COMMANDS)
    throw new UsageError(`Cannot "queue ${name}": expected one of ${names.join(', ')}${perhaps(name, names)}`)
  }
  if (words.length > 0 && !WITH_A_WORD.includes(name))
    throw new UsageError(`Cannot "queue ${name} ${words.join(' ')}": expected options alone after "${name}"`)
  const [store, key] = [values.store, values.key] as (string | undefined)[]
  const queued = Process.queued(
    store === undefined ? undefined : (clock) => queueAt(store, clock),
    key === undefined ? {} : { key },
  )
  const show: QueueCall['show'] = (moment) => momentsIn()(moment)
  const call = { queued, write, words, command: line, options: values, show }
  try {
    return await command(call)
  } catch (error) {
    // What was said of a job, or how long something takes, comes from the command line.
    throw error instanceof BadJobError || error instanceof TypeError ? new UsageError(error.message) : error
  } finally {
    await queued.close()
  }
}

async function push(call: QueueCall): Promise<boolean> {
  const { command, queued, write, options } = call
  if (command.length === 0) throw new UsageError('Cannot queue: expected -- and a command')
  const defined = Object.entries({
    queue: textOf(call, 'queue'),
    id: textOf(call, 'id'),
    delay: textOf(call, 'delay'),
    tries: numberOf(call, 'tries'),
    backoff: textOf(call, 'backoff')?.split(','),
    priority: numberOf(call, 'priority'),
    unique: options.unique || undefined,
  }).filter(([, value]) => value !== undefined)
  const { id, pushed } = await queued.queue(within(call, Process.command(command)), Object.fromEntries(defined))
  if (options.json) write(`${JSON.stringify({ id, pushed })}\n`)
  else write(pushed ? `Queued as ${id}.\n` : `Not queued: ${id} is there already.\n`)
  return true
}

// Where nothing is said it runs in the folder of its worker, for as long as any other command may.
function within(call: QueueCall, command: PendingProcess): PendingProcess {
  const [timeout, idle, folder] = ['timeout', 'idle-timeout', 'cwd'].map((name) => textOf(call, name))
  const timed = timeout === undefined ? command : command.timeout(timeout)
  const watched = idle === undefined ? timed : timed.idleTimeout(idle)
  return folder === undefined ? watched : watched.path(resolve(folder))
}

async function status({ queued, options, write }: QueueCall): Promise<boolean> {
  const all = await queued.status()
  const columns = ['waiting', 'delayed', 'active', 'done', 'failed', 'cancelled'] as const
  const row = (one: QueueCounts) => [one.queue, ...columns.map((name) => String(one[name])), one.paused ? 'paused' : '']
  print({ options, write }, all, ['QUEUE', ...columns.map((name) => name.toUpperCase()), ''], all.map(row))
  return true
}

async function list(call: QueueCall, filter: JobFilter): Promise<boolean> {
  const of = textOf(call, 'queue')
  const jobs = await call.queued.list({
    ...filter,
    limit: numberOf(call, 'limit') ?? 20,
    ...(of !== undefined && { queue: of }),
  })
  const row = (job: QueuedJob) => [
    job.id,
    job.queue,
    job.state,
    String(job.attempts),
    call.show(job.endedAt ?? job.startedAt ?? job.pushedAt),
    job.command,
    job.result?.reason ?? '',
  ]
  print(call, jobs, ['ID', 'QUEUE', 'STATE', 'TRIES', 'SINCE', 'COMMAND', 'REASON'], jobs.map(row))
  return true
}

function print(
  { options, write }: Pick<QueueCall, 'options' | 'write'>,
  all: readonly object[],
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  if (options.json) write(`${JSON.stringify(all, undefined, 2)}\n`)
  else write(rows.length > 0 ? table(head, rows) : 'There is nothing.\n')
}

/** A change of one job, which there must be. */
async function one(call: QueueCall, what: string, change: Promise<number | boolean>): Promise<boolean> {
  return (await changed(call, what, change)) > 0
}

/** A change of all that are meant, of which there may be none. */
async function each(call: QueueCall, what: string, change: Promise<number>): Promise<boolean> {
  await changed(call, what, change)
  return true
}

async function changed(
  { write, options }: QueueCall,
  what: string,
  change: Promise<number | boolean>,
): Promise<number> {
  const count = Number(await change)
  write(options.json ? `${JSON.stringify({ count })}\n` : `${count} ${count === 1 ? 'job' : 'jobs'} ${what}.\n`)
  return count
}

async function paused(call: QueueCall, change: Promise<void>, isPaused: boolean): Promise<boolean> {
  await change
  const name = textOf(call, 'queue') ?? 'default'
  const text = `${isPaused ? 'Paused' : 'Resumed'} "${name}", for all who share the store.\n`
  call.write(call.options.json ? `${JSON.stringify({ queue: name, paused: isPaused })}\n` : text)
  return true
}

function word({ words }: QueueCall): string {
  const [id, ...others] = words
  if (id === undefined || others.length > 0) throw new UsageError('Cannot go on: expected the id of one job')
  return id
}
