import type { Pool } from 'pg'
import { StoreError } from '../store-error.ts'

/** What a store needs of PostgreSQL: a URL, or a pool that the caller keeps and closes. */
export type PostgresAddress = string | Pool

export type PostgresRow = Readonly<Record<string, unknown>>

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 5000
/** Any number: it is the same for all who make tables, so that they do it one after the other. */
const MAKING_TABLES = 7345

/** A pool of PostgreSQL, made when it is first needed, with the tables of a store. */
export class PostgresLink {
  readonly name: string
  readonly #address: PostgresAddress
  readonly #tables: string
  #pool: Promise<Pool> | undefined

  /** `tables` makes what is needed where it is not there yet. */
  constructor(address: PostgresAddress, tables: string) {
    this.#address = address
    this.#tables = tables
    this.name = typeof address === 'string' ? address.replace(/\/\/[^@/]*@/, '//') : 'postgres'
  }

  /**
   * The rows that a statement gives.
   *
   * @throws StoreError when the server cannot be reached or refuses it.
   */
  async rows(sql: string, values: readonly unknown[] = []): Promise<readonly PostgresRow[]> {
    const pool = await this.pool()
    try {
      return (await pool.query(sql, [...values])).rows as PostgresRow[]
    } catch (cause) {
      return this.#fail(cause)
    }
  }

  /** Whether a statement gave or changed a row. */
  async changes(sql: string, values: readonly unknown[]): Promise<boolean> {
    return (await this.rows(`${sql} RETURNING 1`, values)).length > 0
  }

  /** The pool itself. One that could not be had is tried again. */
  pool(): Promise<Pool> {
    this.#pool ??= this.#connect().catch((cause: unknown) => {
      this.#pool = undefined
      return this.#fail(cause)
    })
    return this.#pool
  }

  /** Closes a pool that was made here. */
  async close(): Promise<void> {
    if (typeof this.#address === 'string') await (await this.#pool)?.end()
  }

  async #connect(): Promise<Pool> {
    const pool = typeof this.#address === 'string' ? await this.#made(this.#address) : this.#address
    await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${MAKING_TABLES}); ${this.#tables}; COMMIT`)
    return pool
  }

  async #made(connectionString: string): Promise<Pool> {
    const { default: pg } = await import('pg')
    const pool = new pg.Pool({
      connectionString,
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
      allowExitOnIdle: true,
    })
    // Each statement that fails says so to its caller.
    pool.on('error', () => {})
    return pool
  }

  #fail(cause: unknown): never {
    if (cause instanceof StoreError) throw cause
    const { message, code } = cause as { message?: string; code?: string }
    throw new StoreError(this.name, message || code || String(cause), { cause })
  }
}
