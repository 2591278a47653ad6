import { Process } from '../../src/index.ts'

/** The branch that is checked out. */
export async function currentBranch(): Promise<string> {
  const result = await Process.run('git rev-parse --abbrev-ref HEAD')
  return result.throw().output().trim()
}

/** Copies a folder to the server and tells how far it is. Gives up after five minutes. */
export async function upload(folder: string, onProgress: (percent: number) => void): Promise<void> {
  const rsync = ['rsync', '-a', '--info=progress2', folder, 'server:/srv']
  const result = await Process.timeout('5m').run(rsync, (_, chunk) => {
    for (const [, percent] of chunk.matchAll(/(\d+)%/g)) onProgress(Number(percent))
  })
  result.throw()
}
