import type { Command } from '../contracts/command.ts'
import { ProcessStartError } from '../errors.ts'

/** What a command starts, as errors name it: the program, or the whole text for the shell. */
export function programOf({ line }: Command): string {
  return typeof line === 'string' ? line : String(line[0])
}

/** The error for what the system says. */
export function startError(name: string, failure: NodeJS.ErrnoException): ProcessStartError {
  return new ProcessStartError(name, failure.code ?? 'EUNKNOWN', { cause: failure })
}
