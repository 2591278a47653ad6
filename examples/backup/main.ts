/** Archives a folder: `node examples/backup/main.ts <folder>`. All of it is in the files beside this one. */
import { Process } from '../../src/index.ts'
import { main } from './program.ts'

// Ctrl-C ends the backup in good order, so that no half-written archive stays behind.
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupt.abort())

const { exitCode, output, errorOutput } = await main(Process, process.argv.slice(2), interrupt.signal)
process.stdout.write(output)
process.stderr.write(errorOutput)
process.exitCode = exitCode
