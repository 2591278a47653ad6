/** Runs the contract suite on every driver: `npm run contracts -- --repeat 20` runs each case that often. */
import { parseArgs } from 'node:util'
import { Process } from '../../src/index.ts'

const { values } = parseArgs({ options: { repeat: { type: 'string', default: '1' } } })
const times = Number(values.repeat)
if (!Number.isInteger(times) || times < 1) throw new TypeError(`Cannot repeat ${values.repeat} times`)

const suite = Process.env({ REPEAT: String(times), CONTRACTS: 'all' })
  .forever()
  .tty()
const result = await suite.run(['vitest', 'run', 'test/contracts'])
process.exitCode = result.exitCode() ?? 1
