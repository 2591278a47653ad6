import { dirname } from 'node:path'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { Clock } from '../contracts/clock.ts'
import type { Decision, ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'

/** Runs of one task, and claims of all, that are kept; what is older goes now and then. */
const KEPT_RUNS = 1000
const KEPT_CLAIMS_MS = 30 * 86_400_000
const SWEEP_EVERY = 500

/** How long we stand still while another process keeps the file, how long we let others go on then, and when we give up. */
const BUSY_STANDSTILL = 50
const BUSY_PAUSE = 10
const BUSY_LIMIT = 10_000
const BUSY = 5
/** Attempts to open a file that others open, too. */
const OPENINGS = 100

/** Before it, two connections could damage a file in WAL mode. */
const SAFE_WAL = [3, 51, 3]

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS locks (name TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS claims (task TEXT, due REAL, PRIMARY KEY (task, due)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS decisions (task TEXT PRIMARY KEY, due REAL NOT NULL, timetable TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, run TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS runs_of_task ON runs (task, id);
  CREATE TABLE IF NOT EXISTS pauses (id INTEGER PRIMARY KEY CHECK (id = 1));
`

/**
 * A store in a file, for all schedulers of one machine. The file must be on a local disk; `:memory:` is none at all. It is made
 * where there is none, with the folder around it, for its owner alone.
 *
 * @throws an error of SQLite, or of the disk, when the file cannot be opened.
 * @example new ProcessScheduler({ store: (clock) => new SqliteStore('schedule.db', clock) })
 */
export class SqliteStore implements ScheduleStore {
  readonly #clock: Clock
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #recorded = 0
  #claimed = 0

  constructor(path: string, clock: Clock) {
    this.#clock = clock
    if (path !== ':memory:') makeFile(path)
    this.#database = new (sqlite().DatabaseSync)(path)
    this.#database.exec('PRAGMA busy_timeout = 1000')
    openTogether(() => {
      const journal = isSafeForWal(this.#database) ? 'WAL' : 'TRUNCATE'
      this.#database.exec(`PRAGMA journal_mode = ${journal}; PRAGMA synchronous = FULL; ${SCHEMA}`)
    })
    this.#database.exec(`PRAGMA busy_timeout = ${BUSY_STANDSTILL}`)
  }

  async acquire(lock: string, lease: number): Promise<string | undefined> {
    const [token, now] = [crypto.randomUUID(), this.#clock.now()]
    const taken = await this.#change(
      `INSERT INTO locks VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET token = excluded.token, until = excluded.until
       WHERE until <= ?`,
      [lock, token, now + lease, now],
    )
    return taken ? token : undefined
  }

  renew(lock: string, token: string, lease: number): Promise<boolean> {
    const now = this.#clock.now()
    const renew = 'UPDATE locks SET until = ? WHERE name = ? AND token = ? AND until > ?'
    return this.#change(renew, [now + lease, lock, token, now])
  }

  release(lock: string, token: string): Promise<boolean> {
    return this.#change('DELETE FROM locks WHERE name = ? AND token = ? AND until > ?', [
      lock,
      token,
      this.#clock.now(),
    ])
  }

  async claim(task: string, dueAt: number): Promise<boolean> {
    if (++this.#claimed % SWEEP_EVERY === 0)
      await this.#change('DELETE FROM claims WHERE due < ?', [this.#clock.now() - KEPT_CLAIMS_MS])
    return this.#change('INSERT INTO claims VALUES (?, ?) ON CONFLICT DO NOTHING', [task, dueAt])
  }

  async decide(task: string, { dueAt, timetable }: Decision): Promise<void> {
    await this.#change(
      `INSERT INTO decisions VALUES (?, ?, ?) ON CONFLICT (task) DO UPDATE SET due = excluded.due, timetable = excluded.timetable
       WHERE excluded.due > due OR excluded.timetable <> timetable`,
      [task, dueAt, timetable],
    )
  }

  async decided(task: string): Promise<Decision | undefined> {
    const [row] = await this.#rows('SELECT due, timetable FROM decisions WHERE task = ?', [task])
    return row && { dueAt: Number(row.due), timetable: String(row.timetable) }
  }

  async record(run: TaskRun): Promise<void> {
    await this.#change('INSERT INTO runs (task, run) VALUES (?, ?)', [run.task, JSON.stringify(run)])
    if (++this.#recorded % SWEEP_EVERY !== 0) return
    await this.#change(
      `DELETE FROM runs WHERE task = ?1
       AND id <= (SELECT id FROM runs WHERE task = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_RUNS})`,
      [run.task],
    )
  }

  async history({ tasks, limit }: { readonly tasks?: readonly string[]; readonly limit: number }): Promise<TaskRun[]> {
    const some = tasks ? 'WHERE task IN (SELECT value FROM json_each(?))' : ''
    const values = tasks ? [JSON.stringify(tasks), limit] : [limit]
    const rows = await this.#rows(`SELECT run FROM runs ${some} ORDER BY id DESC LIMIT ?`, values)
    return rows.map(({ run }) => JSON.parse(String(run)) as TaskRun)
  }

  async pause(paused: boolean): Promise<void> {
    await this.#change(paused ? 'INSERT INTO pauses VALUES (1) ON CONFLICT DO NOTHING' : 'DELETE FROM pauses', [])
  }

  async paused(): Promise<boolean> {
    return (await this.#rows('SELECT id FROM pauses', [])).length > 0
  }

  close(): Promise<void> {
    this.#statements.clear()
    this.#database.close()
    return Promise.resolve()
  }

  async #change(sql: string, values: readonly SQLInputValue[]): Promise<boolean> {
    return Number((await this.#patiently(() => this.#prepared(sql).run(...values))).changes) > 0
  }

  #rows(sql: string, values: readonly SQLInputValue[]) {
    return this.#patiently(() => this.#prepared(sql).all(...values))
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  // While somebody else writes, SQLite stands still, and everything with it: only for short, then others get their turn.
  async #patiently<T>(act: () => T): Promise<T> {
    for (const since = this.#clock.monotonic(); ; ) {
      try {
        return act()
      } catch (error) {
        if (!isBusy(error) || this.#clock.monotonic() - since > BUSY_LIMIT) throw error
        await this.#clock.sleep(BUSY_PAUSE)
      }
    }
  }
}

// Others must not read what commands said, also not between the making of the file and a change of its mode.
function makeFile(path: string): void {
  const { closeSync, mkdirSync, openSync } = process.getBuiltinModule('node:fs')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
}

// Node 22 warns of it as an experiment. Whoever uses a scheduler has not chosen that, and can do nothing about it.
function sqlite(): typeof import('node:sqlite') {
  const warn = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(warn, process, [warning, ...rest])
  }
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = warn
  }
}

// Whoever changes the journal of a file that another process opens just now is told at once that it is busy, whatever the
// time-out says.
function openTogether(open: () => void): void {
  for (let left = OPENINGS; ; left--) {
    try {
      return open()
    } catch (error) {
      if (left === 0 || !isBusy(error)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE)
    }
  }
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === BUSY
}

function isSafeForWal(database: DatabaseSync): boolean {
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.version).split('.').map(Number)
  const difference = SAFE_WAL.map((part, index) => (version[index] ?? 0) - part).find((step) => step !== 0)
  return (difference ?? 0) >= 0
}
