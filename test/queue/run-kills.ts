/** `npm run queue-kills -- [--kills 200] [--seed 1] [--store <address>]`: kills workers and producers of a queue at random. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createProcess } from '../../src/index.ts'
import { queueAt } from '../../src/queue/default-queue.ts'
import { survive } from './kills.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { kills: text, seed: text, store: text } })
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-kills-'))
const kills = Number(values.kills ?? 200)
const seed = Number(values.seed ?? 1)
const plan = {
  address: values.store ?? join(folder, 'queue.db'),
  log: join(folder, 'begun.txt'),
  workerKills: kills,
  producerKills: Math.ceil(kills / 4),
  seed,
}
if (!(await isEmpty(plan.address)))
  throw new Error(`Cannot begin: there are jobs in "${plan.address}", name another one`)
console.log(`${plan.workerKills} workers and ${plan.producerKills} producers are killed, seed ${seed}`)
const report = await survive(plan)
const { acknowledged, lost, doubled, again, early, repeated } = report
console.log(`${acknowledged} acknowledged, ${repeated} took more than one attempt`)
console.log(`lost ${lost.length}, attempts begun twice ${doubled.length}, begun again when done ${again.length}`)
console.log(`given away before a lease had run out ${early.length}`)
if (lost.length + doubled.length + again.length + early.length > 0) {
  console.log(JSON.stringify(report, undefined, 2))
  process.exitCode = 1
}

// Producers of another run may have had the same names.
async function isEmpty(address: string): Promise<boolean> {
  const store = queueAt(address, createProcess().clock)
  const counts = await store.counts()
  await store.close()
  return counts.length === 0
}
