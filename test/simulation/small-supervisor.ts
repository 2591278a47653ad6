import type { InvokedProcess, Process, SystemContext } from '../../src/index.ts'

type Context = SystemContext<typeof Process>

/** A supervisor as somebody might write it: it keeps one command running, and waits a second before it starts it again. */
export class SmallSupervisor {
  protected readonly context: Context
  protected readonly command: string
  protected running: InvokedProcess | undefined
  protected stopping = false
  readonly #loop: Promise<void>

  constructor(context: Context, command: string) {
    this.context = context
    this.command = command
    this.#loop = this.#keep()
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.end()
    await this.#loop
  }

  /** Ends what runs. */
  protected async end(): Promise<void> {
    await this.running?.stop('2s')
  }

  async #keep(): Promise<void> {
    const { process, signal } = this.context
    while (!this.stopping) {
      this.running = await process
        .forever()
        .start(this.command)
        .catch(() => undefined)
      if (this.stopping) return void (await this.end())
      await this.running?.wait().catch(() => {})
      if (!this.stopping) await process.clock.sleep(1000, signal).catch(() => {})
    }
  }
}

/** One that remembers the pid, and kills that. */
export class KillsByNumber extends SmallSupervisor {
  protected override async end(): Promise<void> {
    const { process } = this.context
    if (this.running) process.kill(this.running.id(), 'SIGKILL')
    await this.running?.wait()
  }
}

/** One that takes every end for a crash, its own stop included. */
export class ForgetsStops extends SmallSupervisor {
  protected override async end(): Promise<void> {
    await super.end()
    void this.context.process
      .forever()
      .start(this.command)
      .catch(() => {})
  }
}
