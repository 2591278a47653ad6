import { Process, type ProcessFactory } from '../process.ts'
import { patches } from './patches.ts'

/**
 * From here on, whatever anybody starts through `node:child_process` goes through a Process: it is faked, spied on, guarded or
 * let through, as a command of that Process would be. It ends with `restore()` or with a `using` block. Interceptions may be
 * nested, and ended in any order: what the latest lets run for real goes through the one before it.
 *
 * @example
 * using hook = intercept()
 * using fake = Process.fake({ 'git *': 'ok' })
 * await execa('git', ['status']) // any library
 * Process.assertRan('git status')
 */
export function intercept(process: ProcessFactory = Process): Interception {
  return new Interception(process)
}

/** An interception under way. */
export class Interception implements Disposable {
  readonly #layer: { readonly process: ProcessFactory }

  constructor(process: ProcessFactory) {
    this.#layer = { process }
    patches.add(this.#layer)
  }

  /** Ends it. After the last one `node:child_process` is as it was before the first. */
  restore(): void {
    patches.remove(this.#layer)
  }

  /** The same as `restore`. */
  [Symbol.dispose](): void {
    this.restore()
  }
}
