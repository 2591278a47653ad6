import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Joint, JointEnd } from '../contracts/driver.ts'
import { asOurOwn } from '../own-starts.ts'

/** An end of a kernel pipe: a descriptor of ours until a process has it. */
export interface KernelEnd extends JointEnd {
  /** The descriptor, to be handed to a process and closed. */
  give(): number
}

/**
 * Makes kernel pipes, which Node cannot do itself: its own pipes are sockets, over which a process that loses its
 * reader sees other errors than in a shell, and which it cannot open again as /dev/stdin. Each is used once: nothing tells
 * from here whether somebody who was left behind still holds the reading end.
 */
export class KernelPipes {
  #ready: number[] = []
  #refill: Promise<number> | undefined

  async joint(): Promise<Joint> {
    const held = process.platform === 'linux' ? await this.#take() : undefined
    if (held === undefined) return makeNamedPipe()
    try {
      return openEnds(`/proc/self/fd/${held}`)
    } catch (error) {
      // Where descriptors are short, those kept ready are missing elsewhere.
      this.close()
      throw error
    } finally {
      closeSync(held)
    }
  }

  close(): void {
    for (const held of this.#ready.splice(0)) closeSync(held)
  }

  // Those who find nothing ready wait for the same shell; where shells keep no pipes there is nothing to wait for.
  async #take(): Promise<number | undefined> {
    for (;;) {
      const held = this.#ready.pop()
      if (held !== undefined) return held
      this.#refill ??= this.#makeMore()
      if ((await this.#refill) === 0) return undefined
    }
  }

  async #makeMore(): Promise<number> {
    let count = 0
    try {
      for await (const made of makeAnonymousPipes()) {
        count += made.length
        this.#ready.push(...made)
      }
    } catch (error) {
      if (count === 0) throw error
    } finally {
      this.#refill = undefined
    }
    return count
  }
}

/** A descriptor that only names what it was opened on (open(2)); Node has no constant for it. */
const O_PATH = 0o10000000
const NUMBERS = [3, 4, 5, 6, 7, 8, 9]
/** How often one shell is asked: most of what it costs is its start. */
const ROUNDS = 4
/** A shell keeps a short here-document in an anonymous pipe. For each line this one makes seven, and tells us. */
const HOLDER = `while read line; do exec ${NUMBERS.map((number) => `${number}<<E`).join(' ')}
${NUMBERS.map(() => 'E\n').join('')}echo; done`

async function* makeAnonymousPipes(): AsyncGenerator<readonly number[]> {
  const holder = asOurOwn(() => spawn('/bin/sh', ['-c', HOLDER], { stdio: ['pipe', 'pipe', 'ignore'] }))
  // A start that fails for want of descriptors leaves no streams to hold on to.
  if (holder.pid === undefined) throw (await once(holder, 'error'))[0]
  holder.stdin.on('error', () => {})
  const gone = once(holder, 'exit')
  const answers = holder.stdout[Symbol.asyncIterator]()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      holder.stdin.write('\n')
      if ((await answers.next()).done) return
      yield openAll(NUMBERS.map((number) => `/proc/${holder.pid}/fd/${number}`)).filter(isPipe)
    }
  } finally {
    holder.stdin.end()
    // Nobody who looks at the process table is to find a child that was not asked for.
    await gone
  }
}

function openAll(paths: readonly string[]): number[] {
  const opened: number[] = []
  try {
    for (const path of paths) opened.push(openSync(path, O_PATH))
    return opened
  } catch (error) {
    for (const descriptor of opened) closeSync(descriptor)
    throw error
  }
}

function isPipe(descriptor: number): boolean {
  const is = readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('pipe:')
  if (!is) closeSync(descriptor)
  return is
}

async function makeNamedPipe(): Promise<Joint> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  try {
    const path = join(folder, 'pipe')
    await asOurOwn(() => promisify(execFile)('mkfifo', ['-m', '600', path]))
    return openEnds(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// The reader first and without waiting for a writer: then the writer need not wait either.
function openEnds(path: string): Joint {
  const reader = new Descriptor(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
  try {
    const writer = new Descriptor(openSync(path, constants.O_WRONLY))
    return jointOf(reader, writer)
  } catch (error) {
    reader.close()
    throw error
  }
}

function jointOf(reader: Descriptor, writer: Descriptor): Joint {
  return {
    reader: { joint: 'reader', give: () => reader.take() } as KernelEnd,
    writer: { joint: 'writer', give: () => writer.take() } as KernelEnd,
    close() {
      reader.close()
      writer.close()
    },
  }
}

class Descriptor {
  #number: number | undefined

  constructor(number: number) {
    this.#number = number
  }

  take(): number {
    const number = this.#number
    if (number === undefined) throw new Error('Cannot use the end of a joint twice: a process has it already')
    this.#number = undefined
    return number
  }

  close(): void {
    if (this.#number !== undefined) closeSync(this.take())
  }
}
