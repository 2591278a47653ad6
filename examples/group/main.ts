// Runs a site until Ctrl-C: `node examples/group/main.ts`
import { fileURLToPath } from 'node:url'
import { Process } from '../../src/index.ts'
import { startSite } from './site.ts'

// Its two programs are beside this file.
process.env.PATH = `${fileURLToPath(new URL('bin', import.meta.url))}:${process.env.PATH}`

const site = await startSite(Process, { port: 8080, workers: 2, log: (text) => console.log(text) })
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void site.stop())

await site.wait()
console.table(site.status().map(({ name, state, restarts }) => ({ name, state, restarts })))
