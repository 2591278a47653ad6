/**
 * Real processes write to one log that is put aside again and again, and are killed at random moments; then every file is held
 * against what was written. `npm run log-soak -- --bytes 1GB --processes 20 --rotations 500 --seed 1`
 */
import assert from 'node:assert/strict'
import { createReadStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src/contracts/random.ts'
import { createProcess, type InvokedProcess, type ProcessFactory, type WhenFull } from '../../src/index.ts'
import { lineOf } from './soak-lines.ts'

const WRITER = fileURLToPath(new URL('soak-writer.ts', import.meta.url))

export interface Soak {
  /** What is to be written in all, to both streams together. */
  readonly bytes: number
  /** How many write at the same time. */
  readonly processes: number
  readonly rotations: number
  readonly seed: number
  readonly whenFull?: WhenFull
  /** Bytes that may wait for the disk. */
  readonly buffer?: number
}

export interface Soaked {
  readonly bytesIn: number
  readonly bytesOnDisk: number
  readonly bytesDropped: number
  readonly processes: number
  readonly killed: number
  readonly rotations: number
  /** The most that waited for the disk, and the most memory that this program took more than at the beginning, in bytes. */
  readonly mostPending: number
  readonly mostMemory: number
  readonly seconds: number
}

/** What one process wrote to each of its streams, as its reader heard it. */
type Heard = Record<'out' | 'err', number>

/** Soaks, and holds what is on the disk against what was heard. @throws AssertionError */
export async function soak(options: Soak): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-soak-'))
  const process = createProcess()
  try {
    const { buffer = 4 * 1024 * 1024, whenFull = 'block' } = options
    process.logging.enableLogging({
      file: join(folder, 'all.log'),
      format: 'json',
      // A record is about a third longer than its line.
      rotate: { size: Math.floor((options.bytes / options.rotations) * 1.1) },
      keep: { files: Number.POSITIVE_INFINITY },
      buffer,
      whenFull,
    })
    const begun = performance.now()
    const written = await write(process, options)
    await process.logging.flush()
    const [file] = process.logging.status().files
    assert(file && file.failures === 0 && file.pending === 0)
    await process.logging.disableLogging()
    const counted = await check(folder, written.heard, file.path)
    assert(whenFull !== 'block' || counted.bytesDropped === 0, 'those who block drop nothing')
    const { killed, mostPending, mostMemory } = written
    const seconds = (performance.now() - begun) / 1000
    return {
      ...counted,
      processes: written.heard.size,
      killed,
      rotations: file.rotations,
      mostPending,
      mostMemory,
      seconds,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function write(process: ProcessFactory, { bytes, processes, seed }: Soak) {
  const random = seededRandom(seed)
  const heard = new Map<string, Heard>()
  const base = memory()
  const result = { heard, killed: 0, mostPending: 0, mostMemory: 0 }
  let total = 0
  const watch = setInterval(() => {
    result.mostMemory = Math.max(result.mostMemory, memory() - base)
    result.mostPending = Math.max(result.mostPending, process.logging.status().files[0]?.pending ?? 0)
  }, 20)
  const writeOne = async (): Promise<void> => {
    const share = Math.ceil(bytes / processes / 4)
    const counts: Heard = { out: 0, err: 0 }
    // A pid may be that of another one later.
    const name = `writer ${heard.size}`
    heard.set(name, counts)
    const running: InvokedProcess = await process
      .name(name)
      .forever()
      .quietly()
      .encoding('latin1')
      .start([globalThis.process.execPath, WRITER, String(share)], (type, chunk) => {
        counts[type] += chunk.length
        total += chunk.length
      })
    // About every third one is killed, at any moment of its life.
    const mark = random.next() * share * 6
    const killing = setInterval(() => {
      if (counts.out + counts.err < mark) return
      clearInterval(killing)
      result.killed++
      running.signal('SIGKILL')
    }, 1)
    await running.wait()
    clearInterval(killing)
  }
  const place = async (): Promise<void> => {
    while (total < bytes) await writeOne()
  }
  await Promise.all(Array.from({ length: processes }, place))
  clearInterval(watch)
  return result
}

/** Reads all files from the first to the last. */
async function check(folder: string, heard: ReadonlyMap<string, Heard>, current: string) {
  const streams = new Map<string, StreamOnDisk>()
  const streamOf = (name: string, stream: string): StreamOnDisk => {
    const known = streams.get(`${name} ${stream}`) ?? { next: 0, seq: 0, open: '', bytes: 0, dropped: 0, ended: false }
    streams.set(`${name} ${stream}`, known)
    return known
  }
  for (const path of logsIn(folder, current)) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const record: SoakRecord = JSON.parse(line)
      if (record.event === 'dropped') streamOf(record.name, record.of).dropped += record.bytes
      if (record.stream !== 'event') take(streamOf(record.name, record.stream), record)
    }
  }
  const sum = { bytesIn: 0, bytesOnDisk: 0, bytesDropped: 0 }
  for (const [name, counts] of heard) {
    for (const stream of ['out', 'err'] as const) {
      const { bytes, dropped, ended } = streamOf(name, stream)
      // A line that was cut right before its end looks like a whole one.
      const missing = counts[stream] - bytes - dropped
      assert(
        missing === 0 || (missing === -1 && !ended),
        `${name} ${stream}: ${counts[stream]} in, ${bytes} on disk, ${dropped} dropped`,
      )
      sum.bytesIn += counts[stream]
      sum.bytesOnDisk += bytes + missing
      sum.bytesDropped += dropped
    }
  }
  return sum
}

/** A record of the log, as far as it is looked at. */
interface SoakRecord {
  readonly name: string
  readonly stream: string
  readonly seq: number
  readonly msg: string
  readonly split?: boolean
  readonly event?: string
  readonly of: string
  readonly bytes: number
}

/** What the files have of one stream. */
interface StreamOnDisk {
  /** The number of the next line, and of the last record. */
  next: number
  seq: number
  /** The beginning of a line that goes on in the next record. */
  open: string
  bytes: number
  dropped: number
  /** Whether its last line was one of which only the beginning came. */
  ended: boolean
}

function take(one: StreamOnDisk, { name, stream, seq, msg, split = false }: SoakRecord): void {
  const where = `${name} ${stream}#${seq}`
  assert(!one.ended, `${where} comes after the last line`)
  assert(seq > one.seq, `${where} comes after #${one.seq}`)
  // Where records are missing, so are their lines.
  const missing = seq - one.seq - 1
  if (missing > 0) {
    const number = Number.parseInt(msg, 10)
    assert(number > one.next, `${where} is ${msg.slice(0, 20)}, expected more than ${one.next}`)
    one.open = ''
    one.next = number
  }
  const text = one.open + msg
  const expected = lineOf(one.next)
  const whole = text === expected && !split
  assert(whole || expected.startsWith(text), `${where} is ${text.slice(0, 20)}, expected ${one.next}`)
  one.seq = seq
  one.bytes += msg.length + (whole ? 1 : 0)
  one.open = split ? text : ''
  one.ended = !whole && !split
  if (whole) one.next++
}

function logsIn(folder: string, current: string): string[] {
  const number = (name: string): number => Number(name.split('.').at(-1))
  const aside = readdirSync(folder).filter((name) => /Z\.\d+$/.test(name))
  const paths = [...aside.sort((a, b) => number(a) - number(b)).map((name) => join(folder, name)), current]
  return paths.filter((path) => statSync(path).size > 0)
}

function memory(): number {
  return globalThis.process.memoryUsage.rss()
}
