import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/** A program with its arguments. */
export type CommandLine = readonly [file: string, ...args: string[]]

/** node:child_process used well: two pipes, no stdin. */
export function spawnRaw([file, ...args]: CommandLine): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Resolves when the child is over and its streams are at their end. */
export function closed(child: ReturnType<typeof spawnRaw>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
}

/** Runs a command and collects its output. */
export async function runRaw(command: CommandLine): Promise<Buffer> {
  const child = spawnRaw(command)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.resume()
  await closed(child)
  return Buffer.concat(chunks)
}
