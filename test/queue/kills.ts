import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src/contracts/random.ts'
import { createProcess, type InvokedProcess } from '../../src/index.ts'
import { queueAt } from '../../src/queue/default-queue.ts'

const WORKER = fileURLToPath(new URL('../fixtures/queue-worker.ts', import.meta.url))
const PRODUCER = fileURLToPath(new URL('../fixtures/queue-producer.ts', import.meta.url))

/** How long nothing may happen, in milliseconds. */
const PATIENCE = 120_000

export interface KillPlan {
  /** Where the queue is. */
  readonly address: string
  /** A file that jobs write to when they begin; workers write to another one beside it. */
  readonly log: string
  readonly workerKills: number
  readonly producerKills: number
  readonly seed: number
}

/** What became of all jobs. */
export interface KillReport {
  /** Jobs whose push had resolved before their producer was killed. */
  readonly acknowledged: number
  /** Those of them that were never done. */
  readonly lost: readonly string[]
  /** Attempts that were begun twice: somebody began a job that somebody else had. */
  readonly doubled: readonly string[]
  /** Jobs that were begun again after they had been done. */
  readonly again: readonly string[]
  /** Attempts that were given away before the lease of the one before could have run out. */
  readonly early: readonly string[]
  /** Jobs that took more than one attempt. */
  readonly repeated: number
}

/** How long a worker has a job without a sign of life, in milliseconds. */
const LEASE = 2000

/** Clocks of servers tell whole milliseconds. */
const ROUNDING = 2

const real = createProcess()

/**
 * Lets three workers do what two producers queue, kills one of them at a random moment, starts another in its place, and so
 * on; then lets the rest be done, and compares what was queued, begun and stored.
 */
export async function survive(plan: KillPlan): Promise<KillReport> {
  const random = seededRandom(plan.seed)
  const acknowledged = new Set<string>()
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(plan)))
  const producers = await Promise.all([1, 2].map((n) => startProducer(plan, `p${n}`, acknowledged)))
  let [forWorkers, forProducers] = [plan.workerKills, plan.producerKills]
  for (let n = 0; forWorkers + forProducers > 0; n++) {
    await real.clock.sleep(50 + 250 * random.next())
    const chosen = random.next() * (forWorkers + forProducers) < forWorkers ? 'worker' : 'producer'
    if (chosen === 'worker') {
      forWorkers--
      await replace(workers, random.next(), () => startWorker(plan))
    } else {
      forProducers--
      await replace(producers, random.next(), () => startProducer(plan, `q${n}`, acknowledged))
    }
  }
  await Promise.all(producers.map(kill))
  await untilAllAreDone(plan.address)
  await Promise.all(workers.map((worker) => worker.stop('5s')))
  return reportOf(plan, acknowledged)
}

async function startWorker({ address, log }: KillPlan): Promise<InvokedProcess> {
  const worker = await real.forever().start([process.execPath, WORKER, address, `${LEASE}ms`, notesOf(log)])
  await worker.waitUntil((_, line) => line === 'works')
  return worker
}

// It has queued something when this resolves: a machine that is busy may take long for it.
async function startProducer(
  { address, log }: KillPlan,
  name: string,
  acknowledged: Set<string>,
): Promise<InvokedProcess> {
  const producer = await real.forever().start([process.execPath, PRODUCER, address, name, log], (type, text) => {
    if (type === 'err') return
    for (const id of text.split('\n')) if (id !== '') acknowledged.add(id)
  })
  await producer.waitUntil((type, line) => type === 'out' && line !== '')
  return producer
}

async function replace(some: InvokedProcess[], chance: number, start: () => Promise<InvokedProcess>): Promise<void> {
  const index = Math.floor(chance * some.length)
  await kill(some[index] as InvokedProcess)
  some[index] = await start()
}

// Alone, as a crash is: what it has started goes on.
async function kill(running: InvokedProcess): Promise<void> {
  real.kill(running.id(), 'SIGKILL')
  await running.wait()
}

// However many there are, as long as they become fewer.
async function untilAllAreDone(address: string): Promise<void> {
  const store = queueAt(address, real.clock)
  const left = async () =>
    (await store.counts()).reduce((sum, { waiting, delayed, active }) => sum + waiting + delayed + active, 0)
  let [least, since] = [Number.POSITIVE_INFINITY, real.clock.monotonic()]
  for (let now = await left(); now > 0; now = await left()) {
    if (now < least) [least, since] = [now, real.clock.monotonic()]
    if (real.clock.monotonic() - since > PATIENCE) throw new Error(`Still ${now} jobs left, and nothing happens`)
    await real.clock.sleep(100)
  }
  await store.close()
}

async function reportOf({ address, log }: KillPlan, acknowledged: Set<string>): Promise<KillReport> {
  const begun = linesOf(log)
  const attempts = begun.map((line) => line.split(' ') as [string, string])
  const notes = linesOf(notesOf(log)).map((line) => line.split(' '))
  const of = (kind: string) => notes.flatMap(([first, ...rest]) => (first === kind ? [rest] : []))
  const done = new Map(of('done').map(([id = '', attempt]) => [id, Number(attempt)]))
  const store = queueAt(address, real.clock)
  const jobs = new Map((await store.list({ limit: 1_000_000 })).map((job) => [job.id, job]))
  await store.close()
  return {
    acknowledged: acknowledged.size,
    lost: [...acknowledged].filter((id) => jobs.get(id)?.state !== 'done'),
    doubled: begun.filter((line, index) => begun.indexOf(line) !== index),
    again: attempts
      .filter(([id, attempt]) => Number(attempt) > (done.get(id) ?? Number.POSITIVE_INFINITY))
      .map(([id]) => id),
    early: earlyOf(of('given')),
    repeated: new Set(attempts.filter(([, attempt]) => attempt !== '1').map(([id]) => id)).size,
  }
}

// A lease begins when the job is asked for, or later. Who was killed in between has noted nothing, and begun nothing.
function earlyOf(given: readonly (readonly string[])[]): string[] {
  const early: string[] = []
  const last = new Map<string, number>()
  for (const [id = '', attempt, asked, answered] of given.toSorted((a, b) => Number(a[1]) - Number(b[1]))) {
    if (Number(answered) + ROUNDING < (last.get(id) ?? Number.NEGATIVE_INFINITY) + LEASE) early.push(`${id} ${attempt}`)
    last.set(id, Number(asked))
  }
  return early
}

function notesOf(log: string): string {
  return `${log}.workers`
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n')
}
