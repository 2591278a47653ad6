import type { CommandInput } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import type { RecordedRun } from './run.ts'
import { digestOf, type Scrubber } from './scrubber.ts'

/** What a command is told apart by, besides its text and its input. */
export interface Telling {
  readonly cwd?: boolean
  /** Names of variables. */
  readonly env?: readonly string[]
}

/** What a recording says about a command before it runs. */
export type Identity = Pick<RecordedRun, 'run' | 'cwd' | 'env' | 'told'>

/** A command as a recording has it. */
export function identityOf(command: Command, scrubber: Scrubber, telling: Telling): Identity {
  const env = namesIn(command)
  const told = toldBy(command, scrubber, telling.env ?? [])
  return {
    run: scrubber.line(command.line) as CommandInput,
    cwd: scrubber.text(command.cwd ?? process.cwd()),
    ...(env.length > 0 && { env }),
    ...(told && { told }),
  }
}

/** The same text for the same command, its input aside. */
export function keyOf({ run, cwd, told }: Identity, telling: Telling): string {
  const variables = (telling.env ?? []).map((name) => told?.[name] ?? null)
  return JSON.stringify([run, telling.cwd ? cwd : null, variables])
}

// Where all variables were given, most are those of the caller.
function namesIn({ env }: Command): string[] {
  const given = Object.entries(env).filter(([name, value]) => value !== (process.env[name] ?? false))
  return given.map(([name, value]) => (value === false ? `!${name}` : name)).sort()
}

function toldBy({ env, inheritEnv }: Command, scrubber: Scrubber, names: readonly string[]): RecordedRun['told'] {
  const entries = [...names].sort().flatMap((name): [string, string][] => {
    const value = env[name] ?? (inheritEnv ? process.env[name] : undefined)
    return typeof value === 'string' ? [[name, digestOf(scrubber.text(value))]] : []
  })
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
