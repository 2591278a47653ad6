import { UsageError } from './usage.ts'

/**
 * The processes of a Procfile: a name, a colon, and a command for the shell, one on each line.
 *
 * @throws UsageError that names the line that is none.
 */
export function readProcfile(file: string, text: string): Readonly<Record<string, string>> {
  const processes: Record<string, string> = {}
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, command] = /^([A-Za-z0-9_-]+):\s*(.+?)\s*$/.exec(line) ?? []
    if (name === undefined || command === undefined) {
      throw new UsageError(
        `Cannot read ${file}, line ${index + 1}: expected "name: command", found ${JSON.stringify(line)}`,
      )
    }
    if (Object.hasOwn(processes, name))
      throw new UsageError(`Cannot read ${file}, line ${index + 1}: "${name}" is there twice`)
    processes[name] = command
  }
  return processes
}
