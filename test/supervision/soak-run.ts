/** Restarts real processes: `npm run soak -- --restarts 1000`. Fails when this program holds more afterwards than before. */
import { parseArgs } from 'node:util'
import { isNoMore, soak } from './soak.ts'

const { values } = parseArgs({ options: { restarts: { type: 'string', default: '1000' } } })
const restarts = Number(values.restarts)
if (!Number.isInteger(restarts) || restarts < 1) throw new TypeError(`Cannot restart ${values.restarts} times`)

const { before, after, made } = await soak(restarts)
console.log(`${made} restarts`)
console.table({ before, after })
process.exitCode = made >= restarts && isNoMore(after, before) ? 0 : 1
