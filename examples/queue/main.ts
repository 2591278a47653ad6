// Two workers and a producer: `node examples/queue/main.ts <folder>`. Jobs wait in a file of this machine, or, for workers on many, on
// a server: `REHEARSAL_QUEUE=redis://127.0.0.1:6379 node examples/queue/main.ts <folder>`
import { fileURLToPath } from 'node:url'
import { Process } from '../../src/index.ts'
import { queueThumbnails } from './photos.ts'

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))
const folder = process.argv[2]
if (folder === undefined) throw new Error('Cannot begin: expected the folder to write to')

const workers = await Promise.all(
  ['one', 'other'].map((name) =>
    Process.forever().start([process.execPath, WORKER, name], (_, text) => process.stdout.write(text)),
  ),
)
const queued = Process.queued()
const photos = Array.from({ length: 8 }, (_, index) => `photo-${index + 1}`)
const batch = queued.findBatch(await queueThumbnails(queued, photos, folder))
while (!(await batch.finished())) await Process.clock.sleep(50)
console.log(`${photos.length} photos are done${(await batch.hasFailures()) ? ', not all of them well' : ''}`)
// Queued by the end of the batch, it is done before the workers have nothing left.
while ((await queued.status()).some(({ waiting, active }) => waiting + active > 0)) await Process.clock.sleep(50)
await Promise.all(workers.map((worker) => worker.stop('10s')))
await queued.close()
