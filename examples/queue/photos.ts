import type { QueuedProcess } from '../../src/index.ts'

/**
 * Queues a thumbnail of each photo, and what is done when all are there; gives the name of the batch. A job may be done twice,
 * when its worker dies after the command has ended and before that was stored: so each writes the same file each time.
 */
export async function queueThumbnails(
  queued: QueuedProcess,
  photos: readonly string[],
  folder: string,
): Promise<string> {
  const shrink = 'sleep 0.1; echo "$1, small" > "$2/$1.small"'
  const batch = await queued
    .batch(
      photos.map((photo) => ['sh', '-c', shrink, 'shrink', photo, folder]),
      { tries: 3, backoff: '1s' },
    )
    .onSuccess(['sh', '-c', 'cd "$1"; ls *.small > index', 'index', folder])
  return batch.id
}

/** Does what is queued until it is asked to stop, and tells of it. */
export async function work(queued: QueuedProcess, name: string, tell: (line: string) => void): Promise<void> {
  queued.on('processed', ({ command, attempt }) => tell(`${name} has done ${subjectOf(command)}, attempt ${attempt}`))
  queued.on('failed', ({ command, reason }) => tell(`${name} has given up ${subjectOf(command)}: ${reason}`))
  queued.on('storeFailed', ({ error }) => tell(`${name} waits for the store: ${error}`))
  const worker = queued.worker({ concurrency: 2 })
  // What runs may end; who asks again has it stopped and given back.
  process.on('SIGTERM', () => worker.stop())
  await worker.run()
}

// The last word but one, before the folder.
function subjectOf(command: string): string {
  return command.split(' ').at(-2) as string
}
