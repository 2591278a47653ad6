import type { Clock } from '../contracts/clock.ts'
import type { Decision, ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import { SqliteFile } from '../sqlite-file.ts'
import { LOCKS, SqliteLocks } from '../sqlite-locks.ts'

/** Runs of one task, and claims of all, that are kept; what is older goes now and then. */
const KEPT_RUNS = 1000
const KEPT_CLAIMS_MS = 30 * 86_400_000
const SWEEP_EVERY = 500

const MIGRATIONS = [
  `${LOCKS};
  CREATE TABLE claims (task TEXT, due REAL, PRIMARY KEY (task, due)) WITHOUT ROWID;
  CREATE TABLE decisions (task TEXT PRIMARY KEY, due REAL NOT NULL, timetable TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (id INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, run TEXT NOT NULL);
  CREATE INDEX runs_of_task ON runs (task, id);
  CREATE TABLE pauses (id INTEGER PRIMARY KEY CHECK (id = 1));`,
]

/**
 * A store in a file, for all schedulers of one machine. The file must be on a local disk; `:memory:` is none at all. It is made
 * where there is none, with the folder around it, for its owner alone.
 *
 * @throws StoreError when the file cannot be opened.
 * @example new ProcessScheduler({ store: (clock) => new SqliteStore('schedule.db', clock) })
 */
export class SqliteStore extends SqliteLocks implements ScheduleStore {
  readonly #clock: Clock
  readonly #file: SqliteFile
  #recorded = 0
  #claimed = 0

  constructor(path: string, clock: Clock) {
    const file = new SqliteFile(path, MIGRATIONS, clock)
    super(file, clock)
    this.#clock = clock
    this.#file = file
  }

  async claim(task: string, dueAt: number): Promise<boolean> {
    if (++this.#claimed % SWEEP_EVERY === 0)
      await this.#file.change('DELETE FROM claims WHERE due < ?', [this.#clock.now() - KEPT_CLAIMS_MS])
    return this.#file.change('INSERT INTO claims VALUES (?, ?) ON CONFLICT DO NOTHING', [task, dueAt])
  }

  async claimed(task: string, dueAt: number): Promise<boolean> {
    return (await this.#file.rows('SELECT 1 FROM claims WHERE task = ? AND due = ?', [task, dueAt])).length > 0
  }

  async decide(task: string, { dueAt, timetable }: Decision): Promise<void> {
    await this.#file.change(
      `INSERT INTO decisions VALUES (?, ?, ?) ON CONFLICT (task) DO UPDATE SET due = excluded.due, timetable = excluded.timetable
       WHERE excluded.due > due OR excluded.timetable <> timetable`,
      [task, dueAt, timetable],
    )
  }

  async decided(task: string): Promise<Decision | undefined> {
    const [row] = await this.#file.rows('SELECT due, timetable FROM decisions WHERE task = ?', [task])
    return row && { dueAt: Number(row.due), timetable: String(row.timetable) }
  }

  async record(run: TaskRun): Promise<void> {
    await this.#file.change('INSERT INTO runs (task, run) VALUES (?, ?)', [run.task, JSON.stringify(run)])
    if (++this.#recorded % SWEEP_EVERY !== 0) return
    await this.#file.change(
      `DELETE FROM runs WHERE task = ?1
       AND id <= (SELECT id FROM runs WHERE task = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_RUNS})`,
      [run.task],
    )
  }

  async history({ tasks, limit }: { readonly tasks?: readonly string[]; readonly limit: number }): Promise<TaskRun[]> {
    const some = tasks ? 'WHERE task IN (SELECT value FROM json_each(?))' : ''
    const values = tasks ? [JSON.stringify(tasks), limit] : [limit]
    const rows = await this.#file.rows(`SELECT run FROM runs ${some} ORDER BY id DESC LIMIT ?`, values)
    return rows.map(({ run }) => JSON.parse(String(run)) as TaskRun)
  }

  async pause(paused: boolean): Promise<void> {
    await this.#file.change(paused ? 'INSERT INTO pauses VALUES (1) ON CONFLICT DO NOTHING' : 'DELETE FROM pauses', [])
  }

  async paused(): Promise<boolean> {
    return (await this.#file.rows('SELECT id FROM pauses', [])).length > 0
  }

  close(): Promise<void> {
    this.#file.close()
    return Promise.resolve()
  }
}
