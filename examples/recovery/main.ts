// Keeps a program up until Ctrl-C: `node examples/recovery/main.ts node server.js`
import { Process } from '../../src/index.ts'
import { keepUp } from './keep-up.ts'

const command = process.argv.slice(2)
if (command.length === 0) throw new Error('Cannot keep anything up: say what, as in node server.js')
const { recovery } = await keepUp(Process, command, async (text) => console.error(text))
recovery.onEvent((event) => event.type === 'failed' && console.error(`Given up: ${event.reason}`))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void recovery.stop())
