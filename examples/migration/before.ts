import { exec, spawn } from 'node:child_process'

const LIMIT = 5 * 60_000

/** The branch that is checked out. */
export function currentBranch(): Promise<string> {
  return new Promise((resolve, reject) => {
    exec('git rev-parse --abbrev-ref HEAD', (error, stdout) => (error ? reject(error) : resolve(stdout.trim())))
  })
}

/** Copies a folder to the server and tells how far it is. Gives up after five minutes. */
export function upload(folder: string, onProgress: (percent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('rsync', ['-a', '--info=progress2', folder, 'server:/srv'])
    let errors = ''
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill()
    }, LIMIT)
    child.stdout.on('data', (data) => {
      for (const [, percent] of String(data).matchAll(/(\d+)%/g)) onProgress(Number(percent))
    })
    child.stderr.on('data', (data) => {
      errors += data
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('close', (code) => {
      clearTimeout(timer)
      if (late) reject(new Error('rsync took too long'))
      else if (code !== 0) reject(new Error(`rsync failed: ${errors}`))
      else resolve()
    })
  })
}
