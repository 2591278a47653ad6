import type { BatchRecord, JobRecord, JobState } from '../contracts/queue-store.ts'
import type { Row } from '../sqlite-file.ts'
import { LOCKS } from '../sqlite-locks.ts'

/**
 * The tables of a queue. A job that waits is not `ready` before it is due, so that whoever looks for the next one passes by none
 * of those that are to come. `kind` is there as long as the job keeps others of its kind away.
 */
export const MIGRATIONS: readonly string[] = [
  `${LOCKS};
  CREATE TABLE jobs (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, payload TEXT NOT NULL,
    priority REAL NOT NULL, state TEXT NOT NULL, ready INTEGER NOT NULL, turn INTEGER NOT NULL, batch TEXT,
    attempts INTEGER NOT NULL, pushed REAL NOT NULL, due REAL NOT NULL, started REAL, ended REAL,
    token TEXT, leased REAL, asked INTEGER NOT NULL DEFAULT 0, progress TEXT, result TEXT,
    kind TEXT, kind_until TEXT, kind_ends REAL
  );
  CREATE INDEX ready_jobs ON jobs (queue, priority DESC, due, turn) WHERE state = 'waiting' AND ready = 1;
  CREATE INDEX coming_jobs ON jobs (due) WHERE state = 'waiting' AND ready = 0;
  CREATE INDEX leased_jobs ON jobs (leased) WHERE state = 'active';
  CREATE INDEX kinds ON jobs (kind) WHERE kind IS NOT NULL;
  CREATE INDEX batched_jobs ON jobs (batch) WHERE batch IS NOT NULL;
  CREATE INDEX jobs_by_state ON jobs (state, queue);
  CREATE TABLE batches (id TEXT PRIMARY KEY, record TEXT NOT NULL, ended REAL) WITHOUT ROWID;
  CREATE TABLE windows (rate TEXT PRIMARY KEY, ends REAL NOT NULL, taken INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE pauses (queue TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE turns (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);
  INSERT INTO turns VALUES (1, 0);`,
]

/** A job from its row. */
export function jobOf(row: Row): JobRecord {
  return {
    id: String(row.id),
    queue: String(row.queue),
    payload: String(row.payload),
    priority: Number(row.priority),
    state: row.state as JobState,
    ...(row.batch !== null && { batch: String(row.batch) }),
    attempts: Number(row.attempts),
    pushedAt: Number(row.pushed),
    dueAt: Number(row.due),
    ...(row.started !== null && { startedAt: Number(row.started) }),
    ...(row.ended !== null && { endedAt: Number(row.ended) }),
    ...(row.progress !== null && { progress: String(row.progress) }),
    ...(row.result !== null && { result: String(row.result) }),
  }
}

/** A batch from its row. */
export function batchOf(row: Row | undefined): BatchRecord | undefined {
  return row && (JSON.parse(String(row.record)) as BatchRecord)
}
