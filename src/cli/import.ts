import { readFileSync } from 'node:fs'
import { fromAsciicast } from '../recording/asciicast.ts'
import { completed } from '../recording/editing.ts'
import { Loaded } from '../recording/loaded.ts'
import { type Spec, text } from './spec.ts'
import { plainScrubber } from './tapes.ts'
import { commandIn, type Line, only, UsageError } from './usage.ts'

/** `rehearsal import <asciicast> -o <cassette> -- <command…>`: adds an asciicast to a recording, as a run of the command. */
export const importCast: Spec = {
  about: 'an asciicast, version 3, as the recording of a command',
  subject: '<asciicast> -o <cassette> -- <command…>',
  options: { output: text('<cassette>', 'where to: it is added to what is there', 'o') },
  act: importRun,
}

async function importRun(line: Line): Promise<number> {
  const [file, command] = [only(line, 'asciicast'), commandIn(line)]
  if (typeof line.values.output !== 'string') throw new UsageError('Cannot import without -o <cassette>')
  const loaded = new Loaded(line.values.output)
  const run = fromAsciicast(readFileSync(file, 'utf8'), file, command, plainScrubber(command))
  loaded.save({ ...loaded.cassette, runs: completed(loaded.cassette?.runs ?? [], [run]) })
  return 0
}
