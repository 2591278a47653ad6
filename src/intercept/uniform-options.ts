import childProcess from 'node:child_process'
import type { NodeChild, SpawnOptions } from './node-internals.ts'

const { ChildProcess, spawn } = childProcess
const CAUGHT = new Error('The options of a call were read, and nothing was started')

/**
 * The arguments of a `spawnSync` as Node itself makes them uniform: it checks them on the way to a start, which is caught here.
 *
 * @throws what Node throws for bad arguments.
 */
export function uniformOptions(call: readonly unknown[]): SpawnOptions {
  const home = ChildProcess.prototype as unknown as { spawn: unknown }
  const { spawn: current } = home
  let seen: SpawnOptions | undefined
  home.spawn = function (this: NodeChild, options: SpawnOptions) {
    this._handle?.close()
    seen = options
    throw CAUGHT
  }
  try {
    Reflect.apply(spawn, undefined, call)
  } catch (error) {
    if (error !== CAUGHT) throw error
  } finally {
    home.spawn = current
  }
  return seen as SpawnOptions
}
