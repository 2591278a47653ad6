import { readFileSync, writeSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { Source } from '../contracts/driver.ts'
import { ChildInput, ChildOutput, IdlePipe, type Taker } from './child-streams.ts'
import { hold } from './held-descriptor.ts'
import type { Mirror } from './mirror.ts'
import type { Slot } from './stdio.ts'

/** What stands in `stdio` for a slot, and how its flow begins once the caller has had its turn. */
export interface Connected {
  readonly stream: Readable | Writable | Duplex | null
  readonly begin: () => void
}

const NOTHING: Connected = { stream: null, begin: () => {} }

/** Connects what a rehearsed child reads. `onBytes` hears all of it. */
export function connectInput(slot: Slot, sink: Taker | undefined, onBytes: (bytes: Uint8Array) => void): Connected {
  if (!sink) return NOTHING
  if (slot.kind === 'pipe') return { stream: new ChildInput(sink, onBytes), begin: () => {} }
  const input = new ChildInput(sink, onBytes)
  if (slot.kind === 'descriptor') return { stream: null, begin: readNow(slot.fd, input) }
  // The writer sees its broken pipe by itself.
  input.on('error', () => {})
  if (slot.kind === 'rehearsed') return { stream: null, begin: () => (slot.stream as Readable).pipe(input) }
  return NOTHING
}

/** Connects what a rehearsed child writes. The mirror shows all of it. */
export function connectOutput(slot: Slot, source: Source | undefined, mirror: Mirror | undefined): Connected {
  if (!source || !mirror) return NOTHING
  const output = new ChildOutput(source)
  const begin = () =>
    output.begin(
      (bytes) => mirror.show(bytes),
      () => mirror.end(),
    )
  if (slot.kind === 'pipe') return { stream: output, begin }
  if (slot.kind === 'descriptor') writeThrough(output, slot.fd)
  if (slot.kind === 'rehearsed') output.pipe(slot.stream as Writable)
  return { stream: null, begin }
}

// The caller may close its descriptor as soon as it has started the process.
function readNow(fd: number, input: ChildInput): () => void {
  const bytes = readFileSync(fd)
  return () => input.end(bytes)
}

function writeThrough(output: ChildOutput, fd: number): void {
  if (fd === 1 || fd === 2) return void output.on('data', (bytes: Uint8Array) => writeTo(fd, bytes))
  const held = hold(fd)
  output.on('data', (bytes: Uint8Array) => held.write(bytes)).once('close', () => held.release())
}

/** What stands for a slot beyond the first three. */
export function connectExtra(slot: Slot): IdlePipe | null {
  return slot.kind === 'pipe' ? new IdlePipe() : null
}

/**
 * Writes where a descriptor of the caller's leads. Its own streams keep what they are given in order, and never refuse it for
 * being full.
 */
export function writeTo(fd: number, bytes: Uint8Array): void {
  if (fd === 1) process.stdout.write(bytes)
  else if (fd === 2) process.stderr.write(bytes)
  else writeSync(fd, bytes)
}
