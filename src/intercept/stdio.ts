import { fstatSync } from 'node:fs'
import type { InputFrom, OutputTo } from '../contracts/command.ts'
import type { Wiring } from '../origin.ts'
import { ChildInput, ChildOutput } from './child-streams.ts'
import { isNativeHandle } from './native-handles.ts'
import type { NativeSlot } from './node-internals.ts'

/** One entry of `stdio`, as far as a rehearsal has to know. */
export type Slot =
  /** A stream of the child's own. */
  | { readonly kind: 'pipe' | 'ignore' | 'ipc' }
  /** A descriptor of the caller's. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** A stream of another rehearsed child. */
  | { readonly kind: 'rehearsed'; readonly stream: ChildInput | ChildOutput }
  /** A stream of the machine's without a descriptor that could be named. */
  | { readonly kind: 'foreign' }

/** The entries of `stdio`, at least three; `undefined` when Node would refuse them. */
export function readSlots(stdio: unknown): readonly Slot[] | undefined {
  const entries = typeof stdio === 'string' ? [stdio, stdio, stdio] : (stdio ?? [])
  if (!Array.isArray(entries)) return undefined
  const all = Array.from({ length: Math.max(3, entries.length) }, (_, index) => slotOf(entries[index], index))
  const slots = all.filter((slot) => slot !== undefined)
  const channels = slots.filter(({ kind }) => kind === 'ipc').length
  return slots.length === all.length && channels <= 1 ? slots : undefined
}

function slotOf(entry: unknown, index: number): Slot | undefined {
  if (entry === undefined || entry === null) return { kind: index < 3 ? 'pipe' : 'ignore' }
  if (entry === 'pipe' || entry === 'overlapped') return { kind: 'pipe' }
  if (entry === 'ignore' || entry === 'ipc') return { kind: entry }
  if (entry === 'inherit') return { kind: 'descriptor', fd: index }
  if (typeof entry === 'number') return entry < 0 ? { kind: 'pipe' } : { kind: 'descriptor', fd: entry }
  if (entry instanceof ChildInput || entry instanceof ChildOutput) return { kind: 'rehearsed', stream: entry }
  if (typeof entry !== 'object') return undefined
  if ('fd' in entry && typeof entry.fd === 'number') return { kind: 'descriptor', fd: entry.fd }
  const { handle, _handle: own } = entry as { handle?: unknown; _handle?: unknown }
  return [entry, handle, own].some(isNativeHandle) ? { kind: 'foreign' } : undefined
}

/** The entries as Node hands them to its native part. */
export function nativeSlots(entries: readonly NativeSlot[]): readonly Slot[] {
  return entries.map(({ type, fd }) => {
    if (type === 'ignore') return { kind: type }
    if (type === 'wrap') return { kind: 'foreign' }
    return fd === undefined ? { kind: 'pipe' } : { kind: 'descriptor', fd }
  })
}

/**
 * How a rehearsed process is joined to these. What it could not honestly be given is 'inherit', which it refuses: for a
 * synchronous call that is a file to read from, too.
 */
export function wiringOf([stdin, stdout, stderr]: readonly Slot[], input?: 'no files'): Wiring {
  return { stdin: inputFrom(stdin, input), stdout: outputTo(stdout), stderr: outputTo(stderr) }
}

function inputFrom(slot: Slot | undefined, input: 'no files' | undefined): InputFrom {
  if (slot?.kind === 'pipe' || slot?.kind === 'rehearsed') return 'pipe'
  if (slot?.kind === 'ignore') return 'end'
  if (slot?.kind !== 'descriptor') return 'inherit'
  // The caller's own stdin is nobody's in a rehearsal: whoever reads it finds the end.
  if (slot.fd === 0) return 'end'
  return !input && isFile(slot.fd) ? 'pipe' : 'inherit'
}

function outputTo(slot: Slot | undefined): OutputTo {
  if (slot?.kind === 'ignore') return 'ignore'
  return slot?.kind === 'ipc' || slot?.kind === 'foreign' ? 'inherit' : 'pipe'
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile()
  } catch {
    return false
  }
}
