// One worker, until TERM: `node examples/queue/worker.ts one`
import { Process } from '../../src/index.ts'
import { work } from './photos.ts'

const queued = Process.queued()
await work(queued, process.argv[2] ?? 'worker', (line) => console.log(line))
await queued.close()
