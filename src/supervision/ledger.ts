import type { Files } from '../contracts/files.ts'
import type { ProcessRow } from '../contracts/process-table.ts'
import { LedgerError, LeftoversError } from './errors.ts'
import { familyOf, identitiesOf, sameFamily } from './family.ts'
import type { Ground } from './ground.ts'
import { type Noted, writeLedger } from './ledger-file.ts'
import { type Ended, endLeftovers } from './leftovers.ts'
import type { Slot } from './slot.ts'
import type { SlotNews, SupervisionEvent } from './supervision-events.ts'

/** News after which nothing is left of the incarnation before. */
const GONE: readonly SlotNews['type'][] = ['starting', 'restarting', 'stopped', 'done', 'failed', 'skipped']

/** Those that are worked with here, by the disk they are on. */
const ours = new WeakMap<Files, Map<string, Ledger>>()

/**
 * The file in which a group keeps who runs in its slots, for the next one that is started with it: if this program is killed, that one
 * ends them first. It is written anew whenever somebody has started, is ready, or is gone, and removed when nobody is left.
 */
export class Ledger {
  readonly path: string
  readonly #tell: (event: SupervisionEvent) => void
  readonly #noted = new Map<Slot, Noted>()
  #opening: Promise<void> | undefined
  #writing: Promise<void> | undefined
  #due = false
  #leave: () => void = () => {}

  constructor(path: string, tell: (event: SupervisionEvent) => void) {
    if (typeof path !== 'string' || path === '')
      throw new TypeError(`Cannot use the ledger ${JSON.stringify(path)}: expected the path of a file`)
    this.path = path
    this.#tell = tell
  }

  /**
   * Makes sure that nobody is left of those who used it before, and takes it, unless that has been done.
   *
   * @throws LedgerError for one that cannot be used.
   * @throws LeftoversError when somebody cannot be ended.
   */
  open(ground: Ground): Promise<void> {
    this.#opening ??= this.#open(ground).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** A slot of a group has something to say. */
  hear(slot: Slot, group: string, news: SlotNews): void {
    const { current } = slot.tenancy
    if (news.type === 'started' && news.pid !== undefined && current?.manner) {
      this.#noted.set(slot, { slot: `${group}/${slot.name}`, pid: news.pid, known: [], ...current.manner })
    } else if (GONE.includes(news.type)) {
      if (!this.#noted.delete(slot)) return
    } else if (news.type !== 'ready') return
    this.#writeSoon(slot, group)
  }

  /** Resolves when nobody is being looked for, and all that it has heard is written. */
  async settled(): Promise<void> {
    await this.#opening?.catch(() => {})
    await this.#writing
  }

  /** Leaves it to others, as soon as nobody is noted in it any more. */
  async close(): Promise<void> {
    await this.settled()
    if (this.#noted.size === 0) this.#leave()
  }

  async #open(ground: Ground): Promise<void> {
    const { files } = ground
    const ledgers = ours.get(files) ?? new Map<string, Ledger>()
    const other = ledgers.get(this.path)
    if (other === this) return
    if (other && other.#noted.size > 0) throw new LedgerError(this.path, 'another group works with it')
    const { ended, unsure } = await endLeftovers(this.path, ground)
    for (const one of ended) this.#tell({ at: ground.clock.monotonic(), ...leftover(one) })
    const survivors = ended.flatMap((one) => one.survivors)
    if (survivors.length + unsure.length > 0) throw new LeftoversError(this.path, { survivors, unsure })
    await files.remove(this.path)
    ours.set(files, ledgers.set(this.path, this))
    this.#leave = () => ledgers.get(this.path) === this && ledgers.delete(this.path)
  }

  #writeSoon(slot: Slot, group: string): void {
    this.#due = true
    this.#writing ??= slot.ground.within(() => this.#writeAll(slot, group))
  }

  // What comes meanwhile is written together, after it.
  async #writeAll(slot: Slot, group: string): Promise<void> {
    while (this.#due) {
      this.#due = false
      try {
        await this.#write(slot.ground)
      } catch (error) {
        const { ground, name, tenancy } = slot
        const of = { at: ground.clock.monotonic(), group, slot: name, incarnation: tenancy.number }
        this.#tell({ ...of, type: 'ledgerFailed', error })
      }
    }
    this.#writing = undefined
  }

  async #write({ files, processes }: Ground): Promise<void> {
    if (this.#noted.size === 0) return files.remove(this.path)
    const { self, epoch } = processes
    const rows = await processes.list()
    for (const [slot, noted] of this.#noted)
      this.#noted.set(slot, { ...noted, known: knownOf(slot, noted, rows, self) })
    const [owner] = identitiesOf(rows.filter(({ pid }) => pid === self))
    await writeLedger(files, this.path, { epoch, owner, children: [...this.#noted.values()] })
  }
}

function leftover({ noted: { slot, pid }, survivors }: Ended): Omit<LeftoverNews, 'at'> {
  const end = slot.lastIndexOf('/')
  const of = { group: slot.slice(0, end), slot: slot.slice(end + 1), incarnation: 0 }
  return { ...of, type: 'leftover', pid, survivors }
}

type LeftoverNews = Extract<SupervisionEvent, { type: 'leftover' }>

// Our own child has its number until we have taken note of its end; after that the number goes with those who are known.
function knownOf(slot: Slot, { pid, known }: Noted, rows: readonly ProcessRow[], self: number): Noted['known'] {
  const isOurs = slot.running && slot.tenancy.current?.pid === pid
  const leads = rows.some((row) => row.pid === pid && row.parent === self)
  if (isOurs && leads) return identitiesOf(familyOf(pid, rows))
  const same = sameFamily(pid, known, rows)
  return same.length > 0 ? identitiesOf(same) : known
}
