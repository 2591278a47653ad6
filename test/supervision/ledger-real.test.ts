import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createProcess } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
const ledger = join(folder, 'state', 'ledger.json')
const process = createProcess()

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('whom a supervisor left that was killed for real is ended by the next one, with all that is in their groups', async () => {
  const program = join(import.meta.dirname, '..', 'fixtures', 'left-group.ts')
  const first = await process.forever().start([globalThis.process.execPath, program, ledger])
  await first.waitUntil((_, line) => line.startsWith('['))
  const pids = JSON.parse(first.output()) as readonly number[]
  first.signal('SIGKILL')
  await first.ended()
  const left = await inGroupsOf(pids)
  assert(left.length >= 3, `only ${left.length} were left`)

  const group = process.group({ ledger }).add('next', ['sleep', '600'])
  const told: string[] = []
  group.onEvent(({ type, slot }) => told.push(`${slot} ${type}`))
  await group.start()
  assert.deepEqual(await inGroupsOf(pids), [])
  assert.deepEqual(told, ['parent leftover', 'deaf leftover', 'next starting', 'next started', 'next ready'])
  await group.stop()
  expect(await process.files.stat(ledger)).toBeUndefined()
})

test('a second group of the same program is refused the ledger, whatever Process it is made on, and ends nobody', async () => {
  const path = join(folder, 'shared.json')
  await using first = process.group({ ledger: path }).add('first', ['sleep', '600'])
  await first.start()
  const second = createProcess().group({ ledger: path }).add('second', ['sleep', '600'])
  await assert.rejects(second.start(), {
    code: 'ERR_LEDGER',
    message: `Cannot use the ledger ${path}: another group of this program works with it`,
  })
  assert.equal(first.isRunning(), true)
})

async function inGroupsOf(pids: readonly number[]): Promise<readonly number[]> {
  const rows = await process.processes.list()
  return rows.filter(({ group, state }) => pids.includes(group) && state !== 'zombie').map(({ pid }) => pid)
}
