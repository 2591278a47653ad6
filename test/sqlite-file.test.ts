import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, test } from 'vitest'
import { createProcess } from '../src/index.ts'
import { SqliteFile } from '../src/sqlite-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))

const INSERT = 'INSERT INTO words VALUES (?)'
const ALL = 'SELECT word FROM words ORDER BY word'

const { clock } = createProcess()
let files = 0
function open() {
  const path = join(folder, `${files++}.db`)
  const connect = () => new SqliteFile(path, ['CREATE TABLE words (word TEXT PRIMARY KEY)'], clock)
  return { file: connect(), connect }
}

describe('what is asked of a file at the same moment', () => {
  test('is answered one by one, in order', async () => {
    const { file, connect } = open()
    const answers = await Promise.all([
      file.change(INSERT, ['b']),
      file.rows(ALL, []),
      file.change('DELETE FROM words WHERE word = ?', ['x']),
      file.change(INSERT, ['a']),
      file.rows(ALL, []),
    ])
    const rows = answers.map((answer) => (Array.isArray(answer) ? answer.map(({ word }) => word).join() : answer))
    assert.deepEqual(rows, [true, 'b', false, true, 'a,b'])
    const other = connect()
    assert.equal((await other.rows(ALL, [])).length, 2)
    file.close()
    other.close()
  })

  test('is made to last on the disk once, and not for each', async () => {
    const { file } = open()
    const pages = () => statSync(`${file.path}-wal`).size / 4096
    await file.change(INSERT, ['first'])
    const before = pages()
    await Promise.all(Array.from({ length: 100 }, (_, word) => file.change(INSERT, [`${word}`])))
    assert(pages() - before < 10, `${pages() - before} pages were written`)
    file.close()
  })

  test('is done although a part of it fails', async () => {
    const { file } = open()
    await file.change(INSERT, ['a'])
    const outcomes = await Promise.allSettled(['b', 'a', 'c'].map((word) => file.change(INSERT, [word])))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.deepEqual(
      (await file.rows(ALL, [])).map(({ word }) => word),
      ['a', 'b', 'c'],
    )
    file.close()
  })

  test('waits while another process writes, and is done once', async () => {
    const { file } = open()
    const other = new DatabaseSync(file.path)
    other.exec(`BEGIN IMMEDIATE; INSERT INTO words VALUES ('d')`)
    let answered = 0
    const asked = ['a', 'b', 'c'].map((word) => file.change(INSERT, [word]).finally(() => answered++))
    await clock.sleep(100)
    assert.equal(answered, 0)
    other.exec('COMMIT')
    assert.deepEqual(await Promise.all(asked), [true, true, true])
    assert.equal((await file.rows(ALL, [])).length, 4)
    file.close()
    other.close()
  })

  test('fails when the file is closed before its turn', async () => {
    const { file } = open()
    const asked = file.change(INSERT, ['a'])
    file.close()
    await assert.rejects(asked, /the file was closed/)
  })
})
