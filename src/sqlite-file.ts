import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Clock } from './contracts/clock.ts'
import { isBusy, openSqlite } from './sqlite-opening.ts'

/** How long we stand still while another process keeps the file, how long we let others go on then, and when we give up. */
const STANDSTILL = 50
const PAUSE = 10
const LIMIT = 10_000

export type Row = Record<string, SQLOutputValue>

/**
 * A file of SQLite that other processes use at the same time. Each call is one transaction. While somebody else writes, SQLite
 * stands still, and everything with it: only for short, then others get their turn, and it is tried again.
 */
export class SqliteFile {
  readonly path: string
  readonly #clock: Clock
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** @throws StoreError, see `openSqlite`. */
  constructor(path: string, migrations: readonly string[], clock: Clock) {
    this.path = path
    this.#clock = clock
    this.#database = openSqlite(path, migrations)
    this.#database.exec(`PRAGMA busy_timeout = ${STANDSTILL}`)
  }

  /** Changes rows with one statement. Says whether there were any. */
  change(sql: string, values: readonly SQLInputValue[]): Promise<boolean> {
    return this.#patiently(() => this.changeNow(sql, values) > 0)
  }

  /** The rows that a statement gives. */
  rows(sql: string, values: readonly SQLInputValue[]): Promise<Row[]> {
    return this.#patiently(() => this.rowsNow(sql, values))
  }

  /** Does all of it or nothing, and nobody else anything in between. What is within uses `changeNow` and `rowsNow`. */
  atomically<T>(act: () => T): Promise<T> {
    return this.#patiently(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const result = act()
        this.#database.exec('COMMIT')
        return result
      } catch (error) {
        this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** Within `atomically`: changes rows, and says how many. */
  changeNow(sql: string, values: readonly SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  /** Within `atomically`: the rows that a statement gives. */
  rowsNow(sql: string, values: readonly SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values)
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  async #patiently<T>(act: () => T): Promise<T> {
    for (const since = this.#clock.monotonic(); ; ) {
      try {
        return act()
      } catch (error) {
        if (!isBusy(error) || this.#clock.monotonic() - since > LIMIT) throw error
        await this.#clock.sleep(PAUSE)
      }
    }
  }
}
