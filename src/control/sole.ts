import { isBusy, openSqlite } from '../sqlite-opening.ts'
import { AlreadyRunsError } from './errors.ts'
import type { Place } from './place.ts'

/**
 * Is the only one of a place from now on, until what is given back is called or this process is over, however it ends: the
 * system keeps the lock.
 *
 * @throws AlreadyRunsError when somebody else is, StoreError when there is no lock to be had.
 */
export function beSole({ lock }: Place): () => void {
  const database = openSqlite(lock, [])
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw isBusy(error) ? new AlreadyRunsError() : error
  }
  return () => database.close()
}
