import { dirname } from 'node:path'
import type { Files } from '../contracts/files.ts'
import { type Signal, toSignal } from '../contracts/signals.ts'
import { LedgerError } from './errors.ts'
import type { Identity } from './family.ts'
import type { StopManner } from './occupant.ts'

/** Somebody who is to be found by the next one that starts the group. */
export interface Noted extends StopManner {
  /** The path of its group and the name of its slot, with a slash between. */
  readonly slot: string
  readonly pid: number
  /** Who of it was seen, by pid and start: a number alone may be anybody's by now. */
  readonly known: readonly Identity[]
}

/** What a ledger says. */
export interface LedgerContent {
  /** What the starts count from. */
  readonly epoch: string
  /** Who has written it. */
  readonly owner: Identity | undefined
  readonly children: readonly Noted[]
}

const VERSION = 1

/**
 * What is in the file; nothing where there is none.
 *
 * @throws LedgerError for one that cannot be read or that nobody of this version has written.
 */
export async function readLedger(files: Files, path: string): Promise<LedgerContent | undefined> {
  try {
    if (!(await files.stat(path))) return undefined
    return contentOf(JSON.parse(await files.readText(path)))
  } catch (cause) {
    throw new LedgerError(path, (cause as Error).message, cause)
  }
}

/** Puts it in the place of what is there, all of it or nothing. Nobody else can read it. */
export async function writeLedger(files: Files, path: string, content: LedgerContent): Promise<void> {
  const fresh = `${path}.new`
  await files.makeFolder(dirname(path))
  await files.remove(fresh)
  await files.write(fresh, `${JSON.stringify({ version: VERSION, ...content }, null, 2)}\n`, { mode: 0o600 })
  await files.rename(fresh, path)
}

function contentOf(data: Partial<Record<string, unknown>> | null): LedgerContent {
  const { version, epoch, owner, children } = data ?? {}
  if (version !== VERSION) throw new TypeError(`expected "version" to be ${VERSION}, found ${JSON.stringify(version)}`)
  if (typeof epoch !== 'string') throw unexpected('epoch', 'text', epoch)
  if (owner !== undefined && !isIdentity(owner)) throw unexpected('owner', 'a pid and a start', owner)
  if (!Array.isArray(children)) throw unexpected('children', 'a list', children)
  return { epoch, owner, children: children.map(notedOf) }
}

function notedOf(data: Partial<Record<string, unknown>> | null, index: number): Noted {
  const { slot, pid, known, signal, grace } = data ?? {}
  const at = `children[${index}]`
  if (typeof slot !== 'string') throw unexpected(`${at}.slot`, 'text', slot)
  if (!isPid(pid)) throw unexpected(`${at}.pid`, 'a pid', pid)
  if (!Array.isArray(known) || !known.every(isIdentity)) throw unexpected(`${at}.known`, 'pids and starts', known)
  if (typeof grace !== 'number' || !(grace >= 0)) throw unexpected(`${at}.grace`, 'milliseconds', grace)
  return { slot, pid, known, signal: toSignal(signal as Signal), grace }
}

function isIdentity(data: unknown): data is Identity {
  return Array.isArray(data) && data.length === 2 && isPid(data[0]) && typeof data[1] === 'number'
}

// 1 and below would be everybody.
function isPid(data: unknown): data is number {
  return Number.isSafeInteger(data) && (data as number) > 1
}

function unexpected(where: string, what: string, found: unknown): TypeError {
  return new TypeError(`expected "${where}" to be ${what}, found ${JSON.stringify(found)}`)
}
