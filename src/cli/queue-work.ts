import type { Timer } from '../contracts/clock.ts'
import { SystemClock } from '../driver/system-clock.ts'
import type { AttemptEvent } from '../queue/queue-events.ts'
import type { Worker } from '../queue/worker.ts'
import type { WorkOptions } from '../queue/worker-options.ts'
import { numberOf, type QueueCall, textOf } from './queue-call.ts'
import { UsageError } from './usage.ts'

const TOLD = ['processing', 'processed', 'retrying', 'released', 'failed', 'cancelled', 'lost'] as const

/** Works on queues until a signal comes, and tells of each job: TERM lets what runs end, a second one stops it; USR2 pauses, CONT goes on. */
export async function workOnQueues(call: QueueCall): Promise<boolean> {
  const { queued, write, options } = call
  const worker = workerOf(call)
  const tell = options.json ? tellAsJson(write) : tellAsText(write, call.show)
  for (const name of TOLD) queued.on(name, (event) => tell(name, event))
  queued.on('storeFailed', ({ error }) =>
    process.stderr.write(`The store does not answer: ${error instanceof Error ? error.message : error}\n`),
  )
  const handlers = handlersFor(worker, options.json ? () => {} : write)
  for (const [signal, handle] of Object.entries(handlers)) process.on(signal, handle)
  try {
    const end = await worker.run()
    if (!options.json) write(`Ended: ${end}.\n`)
    // Laravel's exit code for a worker that holds too much: whoever looks after it starts another one.
    if (end === 'memory') process.exitCode = 12
    return true
  } finally {
    for (const [signal, handle] of Object.entries(handlers)) process.off(signal, handle)
  }
}

function workerOf(call: QueueCall): Worker {
  const options = Object.entries({
    queues: textOf(call, 'queue'),
    concurrency: numberOf(call, 'concurrency'),
    maxJobs: numberOf(call, 'max-jobs'),
    maxTime: textOf(call, 'max-time'),
    memory: textOf(call, 'memory'),
    rest: textOf(call, 'rest'),
    lease: textOf(call, 'lease'),
    once: call.options.once,
    stopWhenEmpty: call.options['stop-when-empty'],
  }).filter(([, value]) => value !== undefined)
  try {
    return call.queued.worker(Object.fromEntries(options) as WorkOptions)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

const clock = new SystemClock()

function handlersFor(worker: Worker, write: (text: string) => void): Readonly<Record<string, () => void>> {
  let stops = 0
  const stop = () => {
    letGo()
    worker.stop()
    if (stops++ === 0) write('Stops when all that runs is over; once more to stop it now.\n')
  }
  // Nothing that a paused worker waits for keeps Node from ending: this does.
  let hold: Timer | undefined
  const pause = () => {
    hold ??= clock.setTimeout(() => {}, Number.POSITIVE_INFINITY)
    worker.pause()
    write('Paused until CONT comes.\n')
  }
  const goOn = () => {
    letGo()
    worker.resume()
    write('Goes on.\n')
  }
  const letGo = () => {
    clock.clearTimeout(hold)
    hold = undefined
  }
  return { SIGTERM: stop, SIGINT: stop, SIGUSR2: pause, SIGCONT: goOn }
}

type Tell = (name: (typeof TOLD)[number], event: AttemptEvent & { readonly reason?: string }) => void

function tellAsText(write: (text: string) => void, show: QueueCall['show']): Tell {
  return (name, { at, queue, command, attempt, reason, ...more }) => {
    const delay = 'delay' in more && Number(more.delay) > 0 ? `, again in ${Number(more.delay) / 1000} s` : ''
    const why = reason ? ` (${reason}${delay})` : ''
    const nth = attempt > 1 ? ` #${attempt}` : ''
    write(`${show(at)}  ${name.padEnd(10)}  ${queue}  ${command}${nth}${why}\n`)
  }
}

function tellAsJson(write: (text: string) => void): Tell {
  return (name, event) => {
    const { result, ...plain } = event as AttemptEvent & { readonly result?: { exitCode(): number | null } }
    write(`${JSON.stringify({ event: name, ...plain, ...(result && { exitCode: result.exitCode() }) })}\n`)
  }
}
