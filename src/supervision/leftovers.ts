import type { ProcessRow } from '../contracts/process-table.ts'
import { stopGroup } from '../stopping.ts'
import { LedgerError } from './errors.ts'
import { executes, orphansOf, sameFamily } from './family.ts'
import type { Ground } from './ground.ts'
import { type Noted, readLedger } from './ledger-file.ts'
import { Leftover } from './leftover.ts'

/** What became of all who were left. */
export interface Leftovers {
  readonly ended: readonly Ended[]
  /** Who bears the number of a process that is gone, and was never seen with it. They are left alone. */
  readonly unsure: readonly number[]
}

/** What became of one of them. */
export interface Ended {
  readonly noted: Noted
  /** Who survived even KILL. */
  readonly survivors: readonly number[]
}

/**
 * Ends whom a supervisor left behind that was killed, all at the same time and each as it would have been ended by it. Whoever has
 * got a number that is noted, but is somebody else, is left alone.
 *
 * @throws LedgerError for a ledger that cannot be read, or whose owner still runs. Nobody has been signalled then.
 */
export async function endLeftovers(path: string, ground: Ground): Promise<Leftovers> {
  const { files, processes } = ground
  const content = await readLedger(files, path)
  if (!content || content.epoch !== processes.epoch) return NOTHING
  const rows = await processes.list()
  const owner = rows.find(({ pid, startedAt }) => pid === content.owner?.[0] && startedAt === content.owner[1])
  if (owner && executes(owner)) {
    const who = owner.pid === processes.self ? 'another group of this program' : `"${owner.command}" (pid ${owner.pid})`
    throw new LedgerError(path, `${who} works with it`)
  }
  const left = content.children.filter(({ pid, known }) => sameFamily(pid, known, rows).some(executes))
  const ended = await Promise.all(left.map((noted) => end(noted, ground, rows)))
  const survivors = ended.flatMap((one) => one.survivors)
  const now = await processes.list()
  const bearing = content.children.flatMap(({ pid }) => orphansOf(pid, now)).filter(executes)
  return { ended, unsure: bearing.map(({ pid }) => pid).filter((pid) => !survivors.includes(pid)) }
}

const NOTHING: Leftovers = { ended: [], unsure: [] }

async function end(noted: Noted, ground: Ground, rows: readonly ProcessRow[]): Promise<Ended> {
  const { signal, grace } = noted
  const leftover = new Leftover(noted, ground, rows)
  const survivors = await stopGroup(leftover, { signal, grace, escalation: 'SIGKILL' }, (sent) => leftover.kill(sent))
  return { noted, survivors }
}
