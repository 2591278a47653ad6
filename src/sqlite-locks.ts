import type { Clock } from './contracts/clock.ts'
import type { Locks } from './contracts/locks.ts'
import type { SqliteFile } from './sqlite-file.ts'

/** The table that `SqliteLocks` needs. */
export const LOCKS =
  'CREATE TABLE locks (name TEXT PRIMARY KEY, token TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID'

/** Locks among those that use the same file. */
export class SqliteLocks implements Locks {
  readonly #file: SqliteFile
  readonly #clock: Clock

  constructor(file: SqliteFile, clock: Clock) {
    this.#file = file
    this.#clock = clock
  }

  async acquire(lock: string, lease: number): Promise<string | undefined> {
    const [token, now] = [crypto.randomUUID(), this.#clock.now()]
    const taken = await this.#file.change(
      `INSERT INTO locks VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET token = excluded.token, until = excluded.until
       WHERE until <= ?`,
      [lock, token, now + lease, now],
    )
    return taken ? token : undefined
  }

  renew(lock: string, token: string, lease: number): Promise<boolean> {
    const now = this.#clock.now()
    const renew = 'UPDATE locks SET until = ? WHERE name = ? AND token = ? AND until > ?'
    return this.#file.change(renew, [now + lease, lock, token, now])
  }

  release(lock: string, token: string): Promise<boolean> {
    const release = 'DELETE FROM locks WHERE name = ? AND token = ? AND until > ?'
    return this.#file.change(release, [lock, token, this.#clock.now()])
  }
}
