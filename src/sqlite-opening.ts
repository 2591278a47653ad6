import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StoreError } from './store-error.ts'

/** How long an attempt to open a file stands still while another process keeps it, the pause after it, and how many there are. */
const STANDSTILL = 40
const PAUSE = 10
const ATTEMPTS = 50

/** What SQLite says of a file that another process has; more precise numbers have it as their last byte. */
const BUSY = 5
const LAST_BYTE = 0xff

/** Before it, two connections could damage a file in WAL mode. */
const SAFE_WAL = [3, 51, 3]

/** What statfs(2) says of folders on other machines: NFS, SMB, CIFS, SMB 2, AFS, Ceph, 9p. */
const NETWORK = [0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x00c36400, 0x01021997]

/**
 * Opens a file of SQLite for its owner alone, makes it where there is none, and brings its tables to the newest version.
 * `migrations` make each version of the one before; the first makes them of nothing.
 *
 * @throws StoreError when the file is no database, cannot be written, is on another machine, or is of a newer version.
 */
export function openSqlite(path: string, migrations: readonly string[]): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') makeFile(path)
    const opened = new (sqlite().DatabaseSync)(path)
    database = opened
    opened.exec(`PRAGMA busy_timeout = ${STANDSTILL}`)
    openTogether(() => setUp(opened, path, migrations))
    return opened
  } catch (error) {
    database?.close()
    throw storeError(path, error)
  }
}

/** Whether a statement failed because another process has the file. */
export function isBusy(error: unknown): boolean {
  return (((error as { errcode?: number }).errcode ?? 0) & LAST_BYTE) === BUSY
}

/** What went wrong with a file, as its users are told of it. */
export function storeError(path: string, error: unknown): StoreError {
  return error instanceof StoreError ? error : new StoreError(path, reasonOf(error), { cause: error })
}

// Others must not read what commands said, also not between the making of the file and a change of its mode.
function makeFile(path: string): void {
  const { closeSync, openSync, statfsSync } = process.getBuiltinModule('node:fs')
  const folder = dirname(resolve(path))
  makeFolder(folder)
  if (NETWORK.includes(statfsSync(folder).type)) throw new StoreError(path, 'the folder is on another machine')
  closeSync(openSync(path, 'a', 0o600))
}

// Node's own recursive way never ends where the system takes no folder and says ENOENT, as in /proc.
function makeFolder(folder: string): void {
  const { existsSync, mkdirSync } = process.getBuiltinModule('node:fs')
  const around = dirname(folder)
  if (!existsSync(around)) makeFolder(around)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

// Node 22 warns of it as an experiment. Whoever uses a store has not chosen that, and can do nothing about it.
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
  for (let left = ATTEMPTS - 1; ; left--) {
    try {
      return open()
    } catch (error) {
      if (left === 0 || !isBusy(error)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    }
  }
}

function setUp(database: DatabaseSync, path: string, migrations: readonly string[]): void {
  const known = versionOf(database)
  if (known > migrations.length) throw newer(path, known, migrations)
  database.exec(`PRAGMA journal_mode = ${isSafeForWal(database) ? 'WAL' : 'TRUNCATE'}; PRAGMA synchronous = FULL`)
  if (known === migrations.length) return
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database)
    if (version > migrations.length) throw newer(path, version, migrations)
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function newer(path: string, version: number, migrations: readonly string[]): StoreError {
  return new StoreError(path, `its version is ${version}, the newest known is ${migrations.length}`)
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

function isSafeForWal(database: DatabaseSync): boolean {
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.version).split('.').map(Number)
  const difference = SAFE_WAL.map((part, index) => (version[index] ?? 0) - part).find((step) => step !== 0)
  return (difference ?? 0) >= 0
}

function reasonOf(error: unknown): string {
  const { errstr, message } = error as { errstr?: string; message?: string }
  return errstr ?? message ?? String(error)
}
