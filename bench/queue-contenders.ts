import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq'
import pg from 'pg'
import type { QueueStore } from '../src/contracts/queue-store.ts'
import { BullQueue, createProcess, SqliteQueue } from './ours.ts'
import { pgBoss } from './pg-boss.ts'

export const REDIS: string = process.env.REHEARSAL_REDIS_URL ?? 'redis://127.0.0.1:6379'
export const POSTGRES: string = process.env.REHEARSAL_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** What each job does. */
export type Work = 'nothing' | '/bin/true'

/** A queue that is new and empty. */
export interface OpenQueue {
  add(): Promise<unknown>
  /** Does so many jobs, some at a time, and counts them. */
  drain(count: number, lanes: number, work: Work, done: () => void): Promise<unknown>
  close(): Promise<unknown>
}

export interface Contender {
  readonly name: string
  open(): Promise<OpenQueue>
}

const real = createProcess()
const start = promisify(execFile)
const COMMAND = ['/bin/true']

/** All that are measured. Files are made in a folder. */
export function contenders(folder: string): readonly Contender[] {
  const file = () => new SqliteQueue(join(folder, `${fresh()}.db`), real.clock)
  const served = (server: string) => () => new BullQueue(server, real.clock, { name: fresh() })
  return [
    { name: 'rehearsal, SQLite', open: async () => ours(file()) },
    { name: 'rehearsal, Redis', open: async () => ours(served(REDIS)()) },
    { name: 'rehearsal, PostgreSQL', open: async () => ours(served(POSTGRES)()) },
    { name: 'BullMQ, Redis', open: bullOnRedis },
    { name: 'BullMQ, PostgreSQL', open: bullOnPostgres },
    { name: 'pg-boss', open: boss },
  ]
}

// Without work it is the store that is measured: a worker of ours always starts a process.
async function ours(store: QueueStore): Promise<OpenQueue> {
  const queued = real.queued(store)
  await store.now()
  return {
    add: () => queued.queue(COMMAND),
    drain: async (count, lanes, work, done) => {
      if (work === 'nothing') return inLanes(lanes, () => reserveAndFinish(store, done))
      const stop = queued.on('processed', done)
      await queued.work({ concurrency: lanes, maxJobs: count })
      stop()
    },
    close: () => store.close(),
  }
}

async function reserveAndFinish(store: QueueStore, done: () => void): Promise<boolean> {
  const reserved = await store.reserve(['default'], 30_000)
  if (!reserved) return false
  if (await store.finish(reserved.job.id, reserved.token, { state: 'done', result: '{}' })) done()
  return true
}

async function bullOnRedis(): Promise<OpenQueue> {
  const { hostname, port } = new URL(REDIS)
  const options = { connection: { host: hostname, port: Number(port) || 6379, maxRetriesPerRequest: null } }
  const name = fresh()
  return bull(new Queue(name, options), (processor, concurrency) => {
    return new Worker(name, processor, { ...options, concurrency, autorun: false })
  })
}

async function bullOnPostgres(): Promise<OpenQueue> {
  const [name, schema] = [fresh(), 'bench_bullmq']
  const client = new pg.Client(POSTGRES)
  await client.connect()
  await runMigrations(client as never, schema)
  await client.end()
  const options = { connection: { connectionString: POSTGRES, schema } }
  const queue = new Queue(name, options as never, createPostgresBackend as never)
  return bull(queue as unknown as Queue, (processor, concurrency) => {
    const more = { ...options, concurrency, autorun: false }
    return new Worker(name, processor, more as never, createPostgresBackend as never) as unknown as Worker
  })
}

async function bull(
  queue: Queue,
  workerOf: (processor: () => Promise<unknown>, concurrency: number) => Worker,
): Promise<OpenQueue> {
  await queue.waitUntilReady()
  return {
    add: () => queue.add('run', { line: COMMAND }),
    drain: async (count, lanes, work, done) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const worker = workerOf(() => perform(work), lanes)
      await worker.waitUntilReady()
      let left = count
      worker.on('completed', () => {
        done()
        if (--left === 0) resolve()
      })
      worker.on('error', () => {})
      const over = worker.run()
      await promise
      await worker.close()
      await over
    },
    close: () => queue.close(),
  }
}

async function boss(): Promise<OpenQueue> {
  const one = new pgBoss({ connectionString: POSTGRES, schema: 'bench_pgboss', supervise: false, schedule: false })
  one.on('error', () => {})
  await one.start()
  const name = fresh()
  await one.createQueue(name)
  return {
    add: () => one.send(name, { line: COMMAND }),
    // Its own workers look twice a second: as fast as it can go, somebody else has to ask.
    drain: (_, lanes, work, done) =>
      inLanes(lanes, async () => {
        const [job] = await one.fetch(name)
        if (!job) return false
        await perform(work)
        await one.complete(name, job.id)
        done()
        return true
      }),
    close: () => one.stop({ graceful: false }),
  }
}

async function perform(work: Work): Promise<unknown> {
  return work === 'nothing' ? undefined : start(work)
}

async function inLanes(lanes: number, next: () => Promise<boolean>): Promise<void> {
  const lane = async () => {
    while (await next());
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

function fresh(): string {
  return `bench_${crypto.randomUUID().slice(0, 8)}`
}
