import { basename } from 'node:path'
import type { Command } from '../contracts/command.ts'

type Named = Pick<Command, 'line' | 'notes'>

/** What a process is called in a log: by the name that it was given, or by its program. `hide` takes secrets out of a text. */
export function programName({ line, notes }: Named, hide: (text: string) => string): string {
  if (notes?.name !== undefined) return hide(notes.name)
  // Before it is cut: of a part nobody could tell any more that it belongs to a secret.
  const program = typeof line === 'string' ? (hide(line).trim().split(/\s+/)[0] ?? '') : hide(line[0] ?? '')
  return basename(program) || 'process'
}
