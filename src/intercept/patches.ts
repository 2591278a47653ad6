import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import nodeProcess from 'node:process'
import { isOurOwn } from '../own-starts.ts'
import type { Layer, NodeChild, SpawnOptions } from './node-internals.ts'
import { signalThrough } from './pids.ts'
import { startThrough } from './start.ts'
import { execFileSyncThrough, execSyncThrough, type NodeSpawnSync, spawnSyncThrough } from './sync-calls.ts'

/** One function of Node that is replaced while anybody intercepts. */
interface Patch {
  readonly home: Record<string, unknown>
  readonly name: string
  readonly original: unknown
  readonly replacement: unknown
}

/**
 * The places where Node is changed, and who intercepts there, the latest last. `spawn`, `exec`, `execFile` and `fork` all
 * come to one method of the prototype, also by references that were taken earlier; the synchronous ones have nothing in
 * common that could be reached, so each is replaced by itself.
 */
class Patches {
  #layers: readonly Layer[] = []
  readonly #all: readonly Patch[] = makePatches(() => this.#layers)

  add(layer: Layer): void {
    if (this.#layers.length === 0) this.#install()
    this.#layers = [...this.#layers, layer]
  }

  remove(layer: Layer): void {
    if (!this.#layers.includes(layer)) return
    this.#layers = this.#layers.filter((other) => other !== layer)
    if (this.#layers.length === 0) this.#uninstall()
  }

  #install(): void {
    for (const { home, name, replacement } of this.#all) home[name] = replacement
    syncBuiltinESMExports()
  }

  // What somebody else has put in our place since then is theirs, and ours lets everything through from now on.
  #uninstall(): void {
    for (const { home, name, original, replacement } of this.#all) {
      if (home[name] === replacement) home[name] = original
    }
    syncBuiltinESMExports()
  }
}

export const patches: Patches = new Patches()

function makePatches(layers: () => readonly Layer[]): readonly Patch[] {
  const { ChildProcess, spawnSync, execSync, execFileSync } = childProcess
  const { kill } = nodeProcess
  const { spawn } = ChildProcess.prototype as unknown as NodeChild
  const current = () => (isOurOwn() ? [] : layers())
  return [
    patch(ChildProcess.prototype, 'spawn', spawn, function (this: NodeChild, options: SpawnOptions) {
      return startThrough(current(), this, options, spawn)
    }),
    patch(childProcess, 'spawnSync', spawnSync, (...call: unknown[]) =>
      spawnSyncThrough(current(), spawnSync as NodeSpawnSync, call),
    ),
    patch(childProcess, 'execSync', execSync, (...call: unknown[]) =>
      execSyncThrough(current(), spawnSync as NodeSpawnSync, call),
    ),
    patch(childProcess, 'execFileSync', execFileSync, (...call: unknown[]) =>
      execFileSyncThrough(current(), spawnSync as NodeSpawnSync, call),
    ),
    patch(nodeProcess, 'kill', kill, (pid: number, signal?: NodeJS.Signals | number) =>
      signalThrough(current(), kill, pid, signal),
    ),
  ]
}

function patch(home: object, name: string, original: unknown, replacement: unknown): Patch {
  return { home: home as Record<string, unknown>, name, original, replacement }
}
