import type { InvokedProcess, ProcessFactory, Size } from '../../src/index.ts'

/** How a program is kept lean. */
export interface LeanOptions {
  /** More than this is too much, if it is more for three looks in a row. */
  readonly limit: Size
  /** Tells somebody what has happened. */
  readonly notifyAdmin: (text: string) => unknown
}

/** Starts a program, and starts it again whenever it holds too much memory. Gives back the first of its processes. */
export async function keepLean(
  process: ProcessFactory,
  command: readonly string[],
  { limit, notifyAdmin }: LeanOptions,
): Promise<InvokedProcess> {
  const running = await process.forever().start(command)
  const monitor = process.monitor(running)
  monitor.onHighMemory(limit, async (usage) => {
    await running.restart()
    await notifyAdmin(`High memory usage: ${usage}`)
  })
  monitor.onExit(async ({ pid, code, signal, stopped }) => {
    if (!stopped) await notifyAdmin(`Process ${pid} is over: ${signal ?? `code ${code}`}`)
  })
  return running
}
