// Keeps a program lean: `node examples/monitoring/main.ts 300MB node server.js`
import { Process } from '../../src/index.ts'
import { keepLean } from './keep-lean.ts'

const [limit = '512MB', ...command] = process.argv.slice(2)
if (command.length === 0) throw new Error('Cannot keep anything lean: say what, as in 300MB node server.js')
const running = await keepLean(Process, command, { limit, notifyAdmin: (text) => console.error(text) })

// What its processes write goes on, one after the other; what runs keeps this program alive.
Process.monitor(running).onOutput((type, text) => process[type === 'out' ? 'stdout' : 'stderr'].write(text))
