import type { Spec } from './spec.ts'

/**
 * All that the program can do, by name, in the order in which it is told of. Only what is asked for is loaded: who asks for a
 * status needs nothing that runs commands.
 */
const COMMANDS = {
  run: async () => (await import('./run.ts')).run,
  up: async () => (await import('./up.ts')).up,
  status: async () => (await import('./status.ts')).status,
  restart: async () => (await import('./restart.ts')).restart,
  stop: async () => (await import('./stop.ts')).stop,
  logs: async () => (await import('./logs.ts')).logs,
  monitor: async () => (await import('./monitor.ts')).monitor,
  schedule: async () => (await import('./schedule.ts')).schedule,
  queue: async () => (await import('./queue.ts')).queue,
  simulate: async () => (await import('./simulate.ts')).simulate,
  record: async () => (await import('./record.ts')).record,
  replay: async () => (await import('./replay.ts')).replay,
  play: async () => (await import('./play.ts')).play,
  export: async () => (await import('./export.ts')).exportCast,
  import: async () => (await import('./import.ts')).importCast,
  doctor: async () => (await import('./doctor.ts')).doctor,
  completion: async () => (await import('./completion.ts')).completionOf(allCommands),
} satisfies Readonly<Record<string, () => Promise<Spec>>>

/** Their names. */
export const commandNames: readonly string[] = Object.keys(COMMANDS)

/** One of them; `undefined` where there is none of that name. */
export async function commandOf(name: string): Promise<Spec | undefined> {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS]() : undefined
}

/** All of them. */
export async function allCommands(): Promise<Readonly<Record<string, Spec>>> {
  const all = commandNames.map(async (name) => [name, (await commandOf(name)) as Spec] as const)
  return Object.fromEntries(await Promise.all(all))
}
