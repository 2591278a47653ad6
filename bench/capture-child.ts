// One way to take output, alone in a fresh process: `WAY FILE ARGUMENT…`. Tells, as JSON, what it took and what it cost.
// It is run as plain JavaScript, because stripping types would take memory that is not the way's own; so all that it
// imports from here are types.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type * as Execa from 'execa'
import type * as Library from '../src/index.ts'
import type { NanoSpawn, Tinyexec, Zx } from './peers.ts'

/** Gives how many bytes or lines it took. */
type Take = (file: string, args: readonly string[]) => Promise<number>

const OURS = '../dist/index.js'
const UNBOUNDED = { maxBuffer: Number.POSITIVE_INFINITY } as const
const SLAB = 4 * 2 ** 20

const WAYS: Readonly<Record<string, () => Promise<Take>>> = {
  idle: plain(async () => 0),

  'bytes: rehearsal': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    return (await Process.maxOutput('4GB').run(line.flat())).bytes().length
  }),
  'bytes: raw, concat': plain(async (...line) => (await collect(...line)).length),
  'bytes: raw, 4 MB slabs': plain(collectInSlabs),
  'bytes: execa': using<typeof Execa>('execa', async ({ execa }, ...line) => {
    return (await execa(...line, { encoding: 'buffer', ...UNBOUNDED })).stdout.length
  }),
  'bytes: nano-spawn, text': using<NanoSpawn>('nano-spawn', async (nano, ...line) => {
    return (await nano.default(...line)).stdout.length
  }),
  'bytes: tinyexec, text': using<Tinyexec>('tinyexec', async ({ x }, ...line) => (await x(...line)).stdout.length),
  'bytes: zx': using<Zx>('zx', async ({ $ }, ...line) => (await $({ quiet: true })`${line.flat()}`).buffer().length),

  'stream: rehearsal': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    let length = 0
    for await (const { data } of await Process.quietly().start(line.flat())) length += data.length
    return length
  }),
  'stream: raw, data': plain((...line) => flow(raw(...line), () => {})),
  'stream: raw, for await': plain(async (...line) => {
    let length = 0
    for await (const chunk of raw(...line).stdout ?? []) length += (chunk as Buffer).length
    return length
  }),
  'stream: execa, buffer: false': using<typeof Execa>('execa', async ({ execa }, ...line) => {
    const started = execa(...line, { buffer: false, encoding: 'buffer' })
    const [length] = await Promise.all([flow(started.nodeChildProcess, () => {}), started])
    return length
  }),

  'lines: rehearsal': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    return count((await Process.quietly().start(line.flat())).lines())
  }),
  'lines: rehearsal, batches': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    let seen = 0
    for await (const batch of (await Process.quietly().start(line.flat())).lines().batches()) {
      for (const _ of batch) seen++
    }
    return seen
  }),
  'lines: rehearsal, kept': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    return count((await Process.start(line.flat())).lines())
  }),
  'lines: execa, kept': using<typeof Execa>('execa', ({ execa }, ...line) => count(execa(...line))),
  'lines: execa': using<typeof Execa>('execa', ({ execa }, ...line) => count(execa(...line, { buffer: false }))),
  'lines: tinyexec': using<Tinyexec>('tinyexec', ({ x }, ...line) => count(x(...line))),
  'lines: nano-spawn': using<NanoSpawn>('nano-spawn', (nano, ...line) => count(nano.default(...line))),

  'array: rehearsal': using<typeof Library>(OURS, async ({ Process }, ...line) => {
    return (await Process.maxOutput('4GB').run(line.flat())).lines().length
  }),
  'array: raw, split': plain(async (...line) => (await collect(...line)).toString().split('\n').length - 1),
  'array: execa': using<typeof Execa>('execa', async ({ execa }, ...line) => {
    return (await execa(...line, { lines: true, ...UNBOUNDED })).stdout.length
  }),
}

const [way = '', file = '', ...args] = process.argv.slice(1)
const take = await (WAYS[way] as () => Promise<Take>)()
// What a library loads at its first run is loaded by now.
await take('true', [])
const cpu = process.cpuUsage()
const start = performance.now()
const taken = await take(file, args)
const ms = performance.now() - start
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ taken, ms, cpu: (user + system) / 1000, peak: peakMemory() }))

function raw(file: string, args: readonly string[]): ChildProcess {
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

function flow(child: ChildProcess, onChunk: (chunk: Buffer) => void): Promise<number> {
  let length = 0
  child.stderr?.resume()
  child.stdout?.on('data', (chunk: Buffer) => {
    length += chunk.length
    onChunk(chunk)
  })
  return new Promise((resolve) => child.once('close', () => resolve(length)))
}

async function collect(file: string, args: readonly string[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  await flow(raw(file, args), (chunk) => chunks.push(chunk))
  return Buffer.concat(chunks)
}

async function collectInSlabs(...line: Parameters<Take>): Promise<number> {
  const slabs: Buffer[] = []
  let free = 0
  await flow(raw(...line), (chunk) => {
    for (let taken = 0; taken < chunk.length; ) {
      if (free === 0) slabs.push(Buffer.allocUnsafeSlow(SLAB))
      if (free === 0) free = SLAB
      const copied = chunk.copy(slabs.at(-1) as Buffer, SLAB - free, taken)
      taken += copied
      free -= copied
    }
  })
  return slabs.length * SLAB - free
}

async function count(lines: AsyncIterable<unknown>): Promise<number> {
  let seen = 0
  for await (const _ of lines) seen++
  return seen
}

function plain(take: Take): () => Promise<Take> {
  return async () => take
}

function using<T>(library: string, take: (library: T, ...line: Parameters<Take>) => Promise<number>) {
  return async (): Promise<Take> => {
    const loaded = (await import(library)) as T
    return (...line) => take(loaded, ...line)
  }
}

// In megabytes. A process that was forked starts with the peak of its parent in the system's own count; this one is its own.
function peakMemory(): number {
  const own =
    process.platform === 'linux' ? /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined
  return Number(own ?? process.resourceUsage().maxRSS) / 1024
}
