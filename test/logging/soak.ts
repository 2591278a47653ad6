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
  const heard = new Map<number, Heard>()
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
    const running: InvokedProcess = await process
      .forever()
      .quietly()
      .encoding('latin1')
      .start([globalThis.process.execPath, WRITER, String(share)], (type, chunk) => {
        counts[type] += chunk.length
        total += chunk.length
      })
    heard.set(running.id(), counts)
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
async function check(folder: string, heard: ReadonlyMap<number, Heard>, current: string) {
  const streams = new Map<string, { next: number; bytes: number; dropped: number; ended: boolean; seq: number }>()
  const streamOf = (pid: number, stream: string) => {
    const key = `${pid} ${stream}`
    const known = streams.get(key) ?? { next: 0, bytes: 0, dropped: 0, ended: false, seq: 0 }
    streams.set(key, known)
    return known
  }
  for (const path of logsIn(folder, current)) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const { pid, stream, msg, seq, event, of, bytes } = JSON.parse(line)
      if (event === 'dropped') streamOf(pid, of).dropped += bytes
      if (stream === 'event') continue
      const one = streamOf(pid, stream)
      assert(!one.ended, `${pid} ${stream} goes on after its last line`)
      assert(seq > one.seq, `${pid} ${stream}#${seq} comes after #${one.seq}`)
      const number = Number.parseInt(msg, 10)
      // Where nothing is dropped no line is missing; a number of which only the beginning came is the last line.
      const whole = msg === lineOf(number) && number === seq - 1
      one.ended = !whole
      if (one.ended) assert(lineOf(seq - 1).startsWith(msg), `${pid} ${stream}#${seq} is ${msg.slice(0, 20)}`)
      one.seq = seq
      one.bytes += msg.length + (whole ? 1 : 0)
    }
  }
  const sum = { bytesIn: 0, bytesOnDisk: 0, bytesDropped: 0 }
  for (const [pid, counts] of heard) {
    for (const stream of ['out', 'err'] as const) {
      const { bytes, dropped, ended } = streamOf(pid, stream)
      // A line that was cut right before its end looks like a whole one.
      const missing = counts[stream] - bytes - dropped
      assert(
        missing === 0 || (missing === -1 && !ended),
        `${pid} ${stream}: ${counts[stream]} in, ${bytes} on disk, ${dropped} dropped`,
      )
      sum.bytesIn += counts[stream]
      sum.bytesOnDisk += bytes + missing
      sum.bytesDropped += dropped
    }
  }
  return sum
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
