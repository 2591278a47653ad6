import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { Clock } from './contracts/clock.ts'
import { isBusy, openSqlite, storeError } from './sqlite-opening.ts'

/** How long we stand still while another process keeps the file, how long we let others go on then, and when we give up. */
const STANDSTILL = 50
const PAUSE = 10
const LIMIT = 10_000

export type Row = Record<string, SQLOutputValue>

/** A statement that is to be executed, and whoever waits for it. */
interface Request {
  readonly execute: () => unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * A file of SQLite that other processes use at the same time. While somebody else writes, SQLite stands still, and everything with
 * it: only for short, then others get their turn, and it is tried again. What is asked for at the same moment is one transaction:
 * to make each of many last on the disk takes as long as to make all of them. What fails rejects with a `StoreError`.
 */
export class SqliteFile {
  readonly path: string
  readonly #clock: Clock
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #requests: Request[] = []

  /** @throws StoreError, see `openSqlite`. */
  constructor(path: string, migrations: readonly string[], clock: Clock) {
    this.path = path
    this.#clock = clock
    this.#database = openSqlite(path, migrations)
    this.#database.exec(`PRAGMA busy_timeout = ${STANDSTILL}`)
  }

  /** Changes rows with one statement. Says whether there were any. */
  change(sql: string, values: readonly SQLInputValue[]): Promise<boolean> {
    return this.#together(() => this.changeNow(sql, values) > 0)
  }

  /** The rows that a statement gives. */
  rows(sql: string, values: readonly SQLInputValue[]): Promise<Row[]> {
    return this.#together(() => this.rowsNow(sql, values))
  }

  /** Does all of it or nothing, and nobody else anything in between. What is within uses `changeNow` and `rowsNow`. */
  atomically<T>(act: () => T): Promise<T> {
    return this.#patiently(() => this.#inTransaction(act))
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
    for (const { reject } of this.#requests.splice(0)) reject(storeError(this.path, new Error('the file was closed')))
    this.#statements.clear()
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #together<T>(execute: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#requests.push({ execute, resolve, reject }) === 1) queueMicrotask(() => void this.#answer())
    })
  }

  async #answer(): Promise<void> {
    const requests = this.#requests.splice(0)
    const executeAll = () => requests.map(({ execute }) => attempt(execute))
    try {
      const answers = await this.#patiently(() =>
        requests.length > 1 ? this.#inTransaction(executeAll) : executeAll(),
      )
      answers.forEach((answer, index) => {
        const { resolve, reject } = requests[index] as Request
        if ('error' in answer) reject(storeError(this.path, answer.error))
        else resolve(answer.result as never)
      })
    } catch (error) {
      for (const { reject } of requests) reject(error)
    }
  }

  #inTransaction<T>(act: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = act()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK')
    } catch {
      // SQLite has done so itself, as it does when the disk is full.
    }
  }

  async #patiently<T>(act: () => T): Promise<T> {
    for (const since = this.#clock.monotonic(); ; ) {
      try {
        return act()
      } catch (error) {
        if (!isBusy(error) || this.#clock.monotonic() - since > LIMIT) throw storeError(this.path, error)
        await this.#clock.sleep(PAUSE)
      }
    }
  }
}

// One that fails keeps none of the others from being executed; that the file is busy concerns all of them.
function attempt(execute: () => unknown): { readonly result: unknown } | { readonly error: unknown } {
  try {
    return { result: execute() }
  } catch (error) {
    if (isBusy(error)) throw error
    return { error }
  }
}
