/// <reference types="node" preserve="true" />
import type { Decision, ScheduleStore, TaskRun } from '../contracts/schedule-store.ts'
import { type PostgresAddress, PostgresLink } from './postgres-link.ts'

export type { PostgresAddress }

/** Runs and claims of each task that are kept; what is older goes now and then. */
const KEPT = 1000
const SWEEP_EVERY = 500

function tablesIn(schema: string): string {
  return `CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE IF NOT EXISTS ${schema}.locks (name text PRIMARY KEY, token text NOT NULL, until timestamptz NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.claims (task text, due double precision, PRIMARY KEY (task, due));
CREATE TABLE IF NOT EXISTS ${schema}.decisions (task text PRIMARY KEY, due double precision NOT NULL, timetable text NOT NULL);
CREATE TABLE IF NOT EXISTS ${schema}.runs (id bigserial PRIMARY KEY, task text NOT NULL, run text NOT NULL);
CREATE INDEX IF NOT EXISTS runs_of_task ON ${schema}.runs (task, id);
CREATE TABLE IF NOT EXISTS ${schema}.pauses (id integer PRIMARY KEY)`
}

const UNTIL = `clock_timestamp() + make_interval(secs => $3::double precision / 1000)`

/**
 * A store of schedules in PostgreSQL, for all machines that reach it: in the schema `rehearsal` of the database, made where it is
 * not there. Needs the package `pg`. Give a URL, or a pool that you keep and close.
 *
 * @example new ProcessScheduler({ store: () => new PostgresStore('postgres://127.0.0.1/app') })
 */
export class PostgresStore implements ScheduleStore {
  readonly #link: PostgresLink
  readonly #schema: string
  #recorded = 0
  #claimed = 0

  constructor(address: PostgresAddress, { schema = 'rehearsal' }: { readonly schema?: string } = {}) {
    if (!/^[a-z_]\w{0,50}$/.test(schema))
      throw new TypeError(`Cannot use "${schema}" as a schema: expected a plain name`)
    this.#schema = schema
    this.#link = new PostgresLink(address, tablesIn(schema))
  }

  async acquire(lock: string, lease: number): Promise<string | undefined> {
    const token = crypto.randomUUID()
    const taken = await this.#link.changes(
      `INSERT INTO ${this.#schema}.locks AS lock VALUES ($1, $2, ${UNTIL}) ON CONFLICT (name) DO UPDATE
       SET token = excluded.token, until = excluded.until WHERE lock.until <= clock_timestamp()`,
      [lock, token, lease],
    )
    return taken ? token : undefined
  }

  renew(lock: string, token: string, lease: number): Promise<boolean> {
    const sql = `UPDATE ${this.#schema}.locks SET until = ${UNTIL} WHERE name = $1 AND token = $2 AND until > clock_timestamp()`
    return this.#link.changes(sql, [lock, token, lease])
  }

  release(lock: string, token: string): Promise<boolean> {
    const sql = `DELETE FROM ${this.#schema}.locks WHERE name = $1 AND token = $2 AND until > clock_timestamp()`
    return this.#link.changes(sql, [lock, token])
  }

  async now(): Promise<number> {
    const [row] = await this.#link.rows('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now')
    return Number(row?.now)
  }

  async claim(task: string, dueAt: number): Promise<boolean> {
    const taken = await this.#link.changes(
      `INSERT INTO ${this.#schema}.claims VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [task, dueAt],
    )
    if (++this.#claimed % SWEEP_EVERY === 0) await this.#sweep('claims', 'due', task)
    return taken
  }

  async claimed(task: string, dueAt: number): Promise<boolean> {
    return (
      (await this.#link.rows(`SELECT 1 FROM ${this.#schema}.claims WHERE task = $1 AND due = $2`, [task, dueAt]))
        .length > 0
    )
  }

  async decide(task: string, { dueAt, timetable }: Decision): Promise<void> {
    await this.#link.rows(
      `INSERT INTO ${this.#schema}.decisions AS last VALUES ($1, $2, $3) ON CONFLICT (task) DO UPDATE
       SET due = excluded.due, timetable = excluded.timetable
       WHERE excluded.due > last.due OR excluded.timetable <> last.timetable`,
      [task, dueAt, timetable],
    )
  }

  async decided(task: string): Promise<Decision | undefined> {
    const [row] = await this.#link.rows(`SELECT due, timetable FROM ${this.#schema}.decisions WHERE task = $1`, [task])
    return row && { dueAt: Number(row.due), timetable: String(row.timetable) }
  }

  async record(run: TaskRun): Promise<void> {
    await this.#link.rows(`INSERT INTO ${this.#schema}.runs (task, run) VALUES ($1, $2)`, [
      run.task,
      JSON.stringify(run),
    ])
    if (++this.#recorded % SWEEP_EVERY === 0) await this.#sweep('runs', 'id', run.task)
  }

  async history({ tasks, limit }: { readonly tasks?: readonly string[]; readonly limit: number }): Promise<TaskRun[]> {
    const rows = await this.#link.rows(
      `SELECT run FROM ${this.#schema}.runs WHERE $1::text[] IS NULL OR task = ANY ($1) ORDER BY id DESC LIMIT $2`,
      [tasks ?? null, limit],
    )
    return rows.map(({ run }) => JSON.parse(String(run)) as TaskRun)
  }

  async pause(paused: boolean): Promise<void> {
    const sql = paused
      ? `INSERT INTO ${this.#schema}.pauses VALUES (1) ON CONFLICT DO NOTHING`
      : `DELETE FROM ${this.#schema}.pauses`
    await this.#link.rows(sql)
  }

  async paused(): Promise<boolean> {
    return (await this.#link.rows(`SELECT 1 FROM ${this.#schema}.pauses`)).length > 0
  }

  close(): Promise<void> {
    return this.#link.close()
  }

  async #sweep(table: 'claims' | 'runs', order: 'due' | 'id', task: string): Promise<void> {
    await this.#link.rows(
      `DELETE FROM ${this.#schema}.${table} WHERE task = $1 AND ${order} <=
       (SELECT ${order} FROM ${this.#schema}.${table} WHERE task = $1 ORDER BY ${order} DESC LIMIT 1 OFFSET ${KEPT})`,
      [task],
    )
  }
}
