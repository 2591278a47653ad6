import { basename } from 'node:path'
import type { Command } from '../contracts/command.ts'

/** What a process is called in a log: by the name that it was given, or by its program. */
export function programName({ line, notes }: Command): string {
  if (notes?.name !== undefined) return notes.name
  const program = typeof line === 'string' ? (line.trim().split(/\s+/)[0] ?? '') : (line[0] ?? '')
  return basename(program) || 'process'
}
