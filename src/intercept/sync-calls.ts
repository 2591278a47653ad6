import type { SpawnSyncReturns } from 'node:child_process'
import { worldOf } from '../process.ts'
import type { Layer } from './node-internals.ts'
import { SyncStart } from './sync-start.ts'
import { uniformOptions } from './uniform-options.ts'

type Result = SpawnSyncReturns<string | Buffer>
type Call = readonly unknown[]
export type NodeSpawnSync = (...call: unknown[]) => Result

/** `spawnSync` through the Process of the latest layer, and what runs for real through the layer before. */
export function spawnSyncThrough(layers: readonly Layer[], node: NodeSpawnSync, call: Call): Result {
  const layer = layers.at(-1)
  if (!layer) return node(...call)
  const next = () => spawnSyncThrough(layers.slice(0, -1), node, call)
  return new SyncStart(worldOf(layer.process), uniformOptions(call), next).run()
}

/** `execFileSync`: gives stdout, and throws for anything but success. */
export function execFileSyncThrough(layers: readonly Layer[], node: NodeSpawnSync, call: Call): unknown {
  const [file, second, third] = call
  const args = Array.isArray(second) ? second : []
  const options = (Array.isArray(second) || second === undefined || second === null ? third : second) ?? {}
  const { argv0 = file } = options as { argv0?: unknown }
  return outputOf(spawnSyncThrough(layers, node, [file, args, options]), options, [argv0, ...args].join(' '))
}

/** `execSync`: the same for a text that goes to the shell. */
export function execSyncThrough(layers: readonly Layer[], node: NodeSpawnSync, [command, given]: Call): unknown {
  const options = { ...(given as object) } as { shell?: unknown; stdio?: unknown }
  const shell = typeof options.shell === 'string' ? options.shell : true
  return outputOf(spawnSyncThrough(layers, node, [command, { ...options, shell }]), options, String(command))
}

// As Node does: what is said on stderr is passed on unless somebody has said otherwise.
function outputOf(result: Result, options: { stdio?: unknown }, command: string): unknown {
  const { error, status, stderr, stdout } = result
  if (!options.stdio && stderr) process.stderr.write(stderr)
  if (error) throw Object.assign(error, result)
  if (status === 0) return stdout
  const said = stderr && stderr.length > 0 ? `\n${stderr.toString()}` : ''
  throw Object.assign(new Error(`Command failed: ${command}${said}`), result)
}
