import type { LogLevel } from '../contracts/log-request.ts'
import { levels } from '../log-request.ts'
import type { Block, LineAssembly } from './line-assembly.ts'
import type { Outlet } from './outlet.ts'
import type { RecordPrinter } from './record.ts'

/** What a stream has come to, in bytes of what the process wrote and in lines. */
export interface StreamCounts {
  in: number
  /** Below the level. */
  filtered: number
  /** For want of room. */
  dropped: number
  droppedLines: number
}

/** What a stream is made of. */
export interface StreamParts {
  readonly assembly: LineAssembly
  readonly outlet: Outlet
  readonly printer: RecordPrinter
  readonly now: () => number
  readonly levelOf: (line: string) => LogLevel
  /** The least that is logged now. */
  readonly least: () => LogLevel
  /** Tells of lines that were dropped. */
  readonly report: (lines: number, bytes: number) => void
  /** Says whether the process is to be held back. */
  readonly hold: (held: boolean) => void
}

/** What waits for room: lines from a place on, and how much room was claimed for them. */
interface Waiting {
  readonly block: Block
  from: number
  readonly claimed: number
}

/** As many characters become one batch. */
const BATCH = 64 * 1024

/** One stream of a process on its way into the log: bytes become lines, and lines become records. */
export class LoggedStream {
  readonly counts: StreamCounts = { in: 0, filtered: 0, dropped: 0, droppedLines: 0 }
  readonly #parts: StreamParts
  /** What waits for room. */
  #backlog: Waiting[] = []
  #seq = 0
  /** What was dropped and nobody was told of. */
  #lost = { lines: 0, bytes: 0 }
  #ended = false
  #released = false
  #onEmpty: () => void = () => {}

  constructor(parts: StreamParts) {
    this.#parts = parts
  }

  took(bytes: Uint8Array): void {
    this.counts.in += bytes.length
    this.#pushAll(this.#parts.assembly.add(bytes))
  }

  /** Whether the beginning of a line waits for its rest. */
  get isOpen(): boolean {
    return this.#parts.assembly.isOpen
  }

  /** Gives out what there is of an open line. */
  early(): void {
    this.#pushAll(this.#parts.assembly.early())
  }

  /** Nothing more comes. `onEmpty` is called when all of it is on its way to the disk. */
  end(onEmpty: () => void): void {
    this.#pushAll(this.#parts.assembly.end())
    this.#ended = true
    this.#onEmpty = onEmpty
    this.#finishIfEmpty()
  }

  /** Whether it is held back. */
  get held(): boolean {
    return this.#backlog.length > 0 && !this.#released
  }

  /** Holds it back no longer, because its process is over: what it left in its pipe comes at once. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.#parts.hold(false)
    const waiting = this.#backlog.splice(0)
    for (const { block, from } of waiting) this.#wait(block, from)
  }

  /** Waits no more, neither for the rest of a line nor for room. */
  giveOut(): void {
    this.#pushAll(this.#parts.assembly.giveOut())
    for (const { block, from, claimed } of this.#backlog.splice(0)) {
      this.#parts.outlet.unclaim(claimed)
      this.#print(block, from, true)
    }
    this.#tellOfLost()
    this.#finishIfEmpty()
  }

  #pushAll(blocks: readonly Block[]): void {
    for (const block of blocks) {
      if (this.#backlog.length > 0) this.#wait(block, 0)
      else this.#continue(block, 0)
    }
  }

  #continue(block: Block, from: number): void {
    const next = this.#print(block, from)
    if (next < block.lines.length) this.#wait(block, next)
  }

  #wait(block: Block, from: number): void {
    const bytes = sum(block.sizes, from)
    if (this.#released && !this.#parts.outlet.claim(bytes)) return this.#drop(block, from)
    if (this.#backlog.length === 0) this.#parts.outlet.whenRoom(this.#goOn)
    this.#backlog.push({ block, from, claimed: this.#released ? bytes : 0 })
    if (!this.#released) this.#parts.hold(true)
  }

  readonly #goOn = (): void => {
    for (let waiting = this.#backlog[0]; waiting; waiting = this.#backlog[0]) {
      waiting.from = this.#print(waiting.block, waiting.from)
      if (waiting.from < waiting.block.lines.length) return this.#parts.outlet.whenRoom(this.#goOn)
      this.#backlog.shift()
      this.#parts.outlet.unclaim(waiting.claimed)
    }
    this.#finishIfEmpty()
    if (!this.#released) this.#parts.hold(false)
  }

  /** Prints lines from a place on while there is room for them. Gives back the place where there was none. */
  #print(block: Block, from: number, force = false): number {
    const { outlet, least } = this.#parts
    const minimum = levels[least()]
    let at = from
    while (at < block.lines.length) {
      if (!force && outlet.blocks) return at
      if (!force && outlet.drops) {
        this.#drop(block, at)
        return block.lines.length
      }
      at = this.#printBatch(block, at, minimum)
    }
    return at
  }

  #printBatch(block: Block, from: number, minimum: number): number {
    const { outlet, printer, now, levelOf } = this.#parts
    const { lines, sizes, split } = block
    const last = lines.length - 1
    const time = now()
    let printed = ''
    let size = 0
    let count = 0
    let at = from
    for (; at < lines.length && printed.length < BATCH; at++) {
      const text = lines[at] as string
      const bytes = sizes[at] as number
      const level = levelOf(text)
      if (levels[level] < minimum) {
        this.counts.filtered += bytes
        continue
      }
      const goesOn = split === 'all' || (split === 'allButLast' && at < last)
      printed += printer.print({ level, time, seq: ++this.#seq, text, split: goesOn, binary: block.binary })
      size += bytes
      count++
    }
    if (count === 0) return at
    this.#tellOfLost()
    const bytes = Buffer.from(printed, block.binary && printer.keepsBytes ? 'latin1' : 'utf8')
    outlet.add({ bytes, lines: count, size, dropped: this.#loser(count, size) })
    return at
  }

  // A batch may be given up by two files.
  #loser(lines: number, bytes: number): () => void {
    let told = false
    return () => {
      if (told) return
      told = true
      this.#lose(lines, bytes)
      if (this.#ended) queueMicrotask(() => this.#tellOfLost())
    }
  }

  #drop({ lines, sizes }: Block, from: number): void {
    this.#seq += lines.length - from
    this.#lose(lines.length - from, sum(sizes, from))
  }

  #lose(lines: number, bytes: number): void {
    this.counts.dropped += bytes
    this.counts.droppedLines += lines
    this.#lost.lines += lines
    this.#lost.bytes += bytes
  }

  /** What a report says that was dropped itself is to be said again. */
  unreported(lines: number, bytes: number): void {
    this.#lost.lines += lines
    this.#lost.bytes += bytes
  }

  #tellOfLost(): void {
    const { lines, bytes } = this.#lost
    if (lines === 0) return
    this.#lost = { lines: 0, bytes: 0 }
    this.#parts.report(lines, bytes)
  }

  #finishIfEmpty(): void {
    if (!this.#ended || this.#backlog.length > 0) return
    this.#tellOfLost()
    const onEmpty = this.#onEmpty
    this.#onEmpty = () => {}
    onEmpty()
  }
}

function sum(sizes: readonly number[], from: number): number {
  let total = 0
  for (let at = from; at < sizes.length; at++) total += sizes[at] as number
  return total
}
