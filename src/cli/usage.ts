import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** Thrown for a command line that means nothing: the message is followed by how it may be. */
export class UsageError extends Error {}

/** A command line, taken apart: what it is about, its options, and the command after `--`. */
export interface Line {
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly subjects: readonly string[]
  readonly command: readonly string[]
}

/** @throws UsageError for an option that is unknown or lacks its value. */
export function read(args: readonly string[], options: ParseArgsOptionsConfig): Line {
  const end = args.indexOf('--')
  const own = end < 0 ? args : args.slice(0, end)
  try {
    const { values, positionals } = parseArgs({ args: [...own], options, allowPositionals: true })
    return { values: values as Line['values'], subjects: positionals, command: end < 0 ? [] : args.slice(end + 1) }
  } catch (error) {
    throw new UsageError(`Cannot read the command line: ${(error as Error).message}`)
  }
}

/** The one thing that a command line is about. */
export function only({ subjects }: Line, what: string): string {
  const [subject, ...others] = subjects
  if (subject === undefined || others.length > 0) throw new UsageError(`Cannot go on: expected one ${what}`)
  return subject
}

/** The command after `--`. */
export function commandIn({ command }: Line): readonly string[] {
  if (command.length === 0) throw new UsageError('Cannot go on: expected -- and a command')
  return command
}
