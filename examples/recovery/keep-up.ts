import { type InvokedProcess, type ProcessFactory, ProcessRecovery } from '../../src/index.ts'

/** Starts a program and keeps it up: whenever it crashes or hangs, somebody is told, and it is started again. */
export async function keepUp(
  host: ProcessFactory,
  command: readonly string[],
  notifyAdmin: (text: string) => Promise<void>,
): Promise<{ readonly process: InvokedProcess; readonly recovery: ProcessRecovery }> {
  const process = await host.forever().start(command)
  const recovery = new ProcessRecovery(process, {}, host)
  recovery.onCrash(async (crash) => {
    await notifyAdmin(`Process crashed: ${crash}`)
    await process.restart()
  })
  recovery.onHang(
    async (hang) => {
      await notifyAdmin(`Process hangs: ${hang}`)
      await process.restart()
    },
    { silence: '30s' },
  )
  return { process, recovery }
}
