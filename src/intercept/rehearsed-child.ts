import { AsyncLocalStorage } from 'node:async_hooks'
import { constants } from 'node:os'
import type { Driver, Exit, Handle } from '../contracts/driver.ts'
import { nextTick, soon } from '../contracts/event-loop.ts'
import { toSignal } from '../contracts/signals.ts'
import type { Run } from '../journal.ts'
import { ChildStdio } from './child-stdio.ts'
import { watchingHandle } from './mirror.ts'
import type { NativeHandle, NodeChild, NodeSpawn, SpawnOptions } from './node-internals.ts'
import { remember } from './pids.ts'
import type { Slot } from './stdio.ts'

/**
 * A ChildProcess whose process is rehearsed. Only its native part is replaced, and the streams that hang on it: its events and
 * their order, `kill`, `exitCode` and all the rest are Node's own code.
 */
export class RehearsedChild {
  /** The process, for those who supervise it. */
  readonly watched: Handle
  /** Resolves when the child has closed. */
  readonly closed: Promise<void>
  readonly #child: NodeChild
  readonly #native: NativeHandle
  readonly #handle: Handle
  readonly #options: SpawnOptions
  readonly #stdio: ChildStdio

  constructor(child: NodeChild, handle: Handle, options: SpawnOptions, slots: readonly Slot[]) {
    this.#child = child
    this.#native = child._handle as NativeHandle
    this.#handle = handle
    this.#options = options
    this.#stdio = new ChildStdio(child, slots, handle)
    this.closed = this.#stdio.closed
    const { stdout, stderr } = this.#stdio
    this.watched = watchingHandle({ handle, exit: handle.exit, stdout, stderr })
  }

  /** Lets Node start the child, over what stands in for the machine. */
  begin(nodeSpawn: NodeSpawn, { processes }: Driver, entry: Run | undefined): number {
    this.#replaceNative(entry)
    const result = this.#spawn(nodeSpawn)
    remember(processes, this.#handle.pid, { entry, leads: this.#options.detached === true })
    this.#stdio.attach(this.#options, (bytes) => entry?.heard(bytes))
    const forgetLimit = this.#limitTime()
    // The event 'spawn' is due by now; nothing is to be seen of the process before it.
    nextTick(() => {
      this.#stdio.begin()
      void this.#handle.fault?.then((error) => this.#failed(error, entry))
      void this.#handle.exit.then((exit) => {
        forgetLimit()
        soon(() => this.#exited(exit))
      })
    })
    return result
  }

  #replaceNative(entry: Run | undefined): void {
    const kill = (number: number): number => {
      if (number === 0) return 0
      const signal = toSignal(number)
      if (!this.#handle.kill(signal, 'process')) return -constants.errno.ESRCH
      entry?.signalled(signal)
      return 0
    }
    const keepsAlive = { ref: () => {}, unref: () => {}, hasRef: () => false }
    Object.assign(this.#native, { pid: this.#handle.pid, spawn: () => 0, kill, ...keepsAlive })
  }

  // The streams are ours, so Node gets none to make.
  #spawn(nodeSpawn: NodeSpawn): number {
    try {
      return nodeSpawn.call(this.#child, { ...this.#options, stdio: 'ignore' })
    } catch (error) {
      this.#handle.kill('SIGKILL', 'group')
      throw error
    }
  }

  #limitTime(): () => void {
    const { timeout = 0, killSignal } = this.#options
    if (timeout <= 0) return () => {}
    keepFromNode(this.#options)
    const { clock } = this.#handle
    const timer = clock.setTimeout(
      AsyncLocalStorage.bind(() => void this.#child.kill(killSignal)),
      timeout,
    )
    return () => clock.clearTimeout(timer)
  }

  // Whoever waits for the process ends it then: the exit comes after this.
  #failed(error: unknown, entry: Run | undefined): void {
    entry?.failed(error)
    soon(() => this.#child.emit('error', error))
  }

  #exited({ code, signal }: Exit): void {
    this.#stdio.end(() => this.#native.onexit(code ?? 0, signal ?? ''))
  }
}

// `spawn` keeps the limit with a timer of the machine's, which knows nothing of virtual time. It looks for it after this start,
// in an object that it has made itself; one that is somebody else's is left as it is, and Node keeps no limit of it.
function keepFromNode(options: SpawnOptions): void {
  if (Object.getPrototypeOf(options) === null) Object.assign(options, { timeout: 0 })
}
