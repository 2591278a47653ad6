import { ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import nodeProcess from 'node:process'
import { isOurOwn } from '../own-starts.ts'
import type { Layer, NodeChild, NodeRun, SpawnOptions, SyncOptions } from './node-internals.ts'
import { signalThrough } from './pids.ts'
import { startThrough } from './start.ts'
import { runThrough } from './sync-start.ts'

/** One function of Node that is replaced while anybody intercepts. */
interface Patch {
  readonly home: Record<string, unknown>
  readonly name: string
  readonly original: unknown
  readonly replacement: unknown
}

/**
 * The three places where Node is changed, and who intercepts there, the latest last. They lie below what Node exports, so that
 * references that were taken earlier lead there as well.
 */
class Patches {
  #layers: readonly Layer[] = []
  #all: readonly Patch[] = []

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
    const current = () => (isOurOwn() ? [] : this.#layers)
    this.#all = [startPatch(current), syncPatch(current), killPatch(current)]
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

/** `spawn`, `exec`, `execFile` and `fork` all come to this method. */
function startPatch(layers: () => readonly Layer[]): Patch {
  const home = ChildProcess.prototype as unknown as NodeChild
  const { spawn } = home
  return patch(home, 'spawn', spawn, function (this: NodeChild, options: SpawnOptions) {
    return startThrough(layers(), this, options, spawn)
  })
}

/**
 * `spawnSync`, `execSync` and `execFileSync` have only their native part in common. To replace the exports instead would miss
 * those who hold on to one: zx takes `spawnSync` out of the module when it is loaded.
 */
function syncPatch(layers: () => readonly Layer[]): Patch {
  const { binding } = nodeProcess as unknown as { binding: (name: string) => { spawn: NodeRun } }
  const home = binding('spawn_sync')
  const { spawn } = home
  return patch(home, 'spawn', spawn, (options: SyncOptions) => runThrough(layers(), options, spawn))
}

/** A signal by pid must not reach a process of the machine that has the number of a rehearsed one. */
function killPatch(layers: () => readonly Layer[]): Patch {
  const { kill } = nodeProcess
  return patch(nodeProcess, 'kill', kill, (pid: number, signal?: NodeJS.Signals | number) =>
    signalThrough(layers(), kill, pid, signal),
  )
}

function patch(home: object, name: string, original: unknown, replacement: unknown): Patch {
  return { home: home as Record<string, unknown>, name, original, replacement }
}
