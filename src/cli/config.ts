import type { CommandInput } from '../command.ts'
import type { WorkOptions } from '../queue/worker-options.ts'
import type { ProcessScheduler } from '../schedule/scheduler.ts'
import type { GroupOptions } from '../supervision/group-members.ts'
import type { SlotOptions } from '../supervision/slot-options.ts'

/** One process of `rehearsal up`: its command, and how it is looked after. */
export interface ConfiguredProcess extends SlotOptions {
  /** Text for the shell, or words. */
  readonly command: CommandInput
  /** The folder to run in, from that of the config file on. */
  readonly path?: string
  /** Variables to add, or to remove with `false`. */
  readonly env?: Readonly<Record<string, string | false>>
}

/** What `rehearsal up` brings up. */
export interface Config extends GroupOptions {
  /** By name. Text or words alone are a command. */
  readonly processes: Readonly<Record<string, CommandInput | ConfiguredProcess>>
  /** What is scheduled beside them. */
  readonly schedule?: (scheduler: ProcessScheduler) => void
  /** A worker for queues beside them. */
  readonly queue?: WorkOptions
}

/**
 * A config, typed: the default export of `rehearsal.config.ts`.
 *
 * @example
 * export default defineConfig({
 *   processes: { db: { command: 'postgres -D data', ready: { port: 5432 } }, api: { command: 'node api.js', after: 'db' } },
 * })
 */
export function defineConfig(config: Config): Config {
  return config
}
