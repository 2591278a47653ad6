import { toAsciicast } from '../recording/asciicast.ts'
import { Symbols } from '../recording/symbols.ts'
import { runsIn } from './tapes.ts'
import { only, read, UsageError } from './usage.ts'

/** `rehearsal export <cassette>`: writes one run as an asciicast. */
export async function exportCast(args: readonly string[]): Promise<number> {
  const line = read(args, {})
  const [run, ...others] = runsIn(only(line, 'cassette'), line.command)
  if (!run || others.length > 0)
    throw new UsageError(`Cannot export ${others.length + (run ? 1 : 0)} runs in one: name the command`)
  const symbols = new Symbols()
  process.stdout.write(toAsciicast(run, (text) => symbols.expand(text)))
  return 0
}
