import type { Exit, Handle, Source } from '../contracts/driver.ts'

/** Shows one who watches what another one reads. Watching holds nobody back. */
export class Mirror implements Source {
  #onBytes: ((bytes: Uint8Array) => void) | undefined
  #onEnd: (() => void) | undefined
  #ended = false

  show(bytes: Uint8Array): void {
    this.#onBytes?.(bytes)
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onBytes = undefined
    this.#onEnd?.()
  }

  flow(onBytes: (bytes: Uint8Array) => void, onEnd: () => void): void {
    this.#onBytes = onBytes
    this.#onEnd = onEnd
  }

  pause(): void {}

  resume(): void {}

  close(): void {
    this.end()
  }
}

/** A handle for one who watches a process that belongs to somebody else. */
export function watchingHandle(of: {
  readonly handle: Pick<Handle, 'pid' | 'clock' | 'kill' | 'survivors'>
  readonly exit: Promise<Exit>
  readonly stdout: Mirror | undefined
  readonly stderr: Mirror | undefined
}): Handle {
  const { handle, exit, stdout, stderr } = of
  return {
    pid: handle.pid,
    clock: handle.clock,
    stdin: undefined,
    stdout,
    stderr,
    exit,
    kill: (signal, whom) => handle.kill(signal, whom),
    survivors: () => handle.survivors(),
  }
}
