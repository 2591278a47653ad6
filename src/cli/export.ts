import { toAsciicast } from '../recording/asciicast.ts'
import { Symbols } from '../recording/symbols.ts'
import type { Spec } from './spec.ts'
import { runsIn } from './tapes.ts'
import { type Line, only, UsageError } from './usage.ts'

/** `rehearsal export <cassette>`: writes one run as an asciicast. */
export const exportCast: Spec = {
  about: 'one recorded run as an asciicast, version 3',
  subject: '<cassette> [-- <command…>]',
  act: exportRun,
}

async function exportRun(line: Line): Promise<number> {
  const [run, ...others] = runsIn(only(line, 'cassette'), line.command)
  if (!run || others.length > 0)
    throw new UsageError(`Cannot export ${others.length + (run ? 1 : 0)} runs in one: name the command`)
  const symbols = new Symbols()
  process.stdout.write(toAsciicast(run, (text) => symbols.expand(text)))
  return 0
}
