import { readFileSync } from 'node:fs'
import { fromAsciicast } from '../recording/asciicast.ts'
import { completed } from '../recording/editing.ts'
import { Loaded } from '../recording/loaded.ts'
import { plainScrubber } from './tapes.ts'
import { commandIn, only, read, UsageError } from './usage.ts'

/** `rehearsal import <asciicast> -o <cassette> -- <command…>`: adds an asciicast to a recording, as a run of the command. */
export async function importCast(args: readonly string[]): Promise<number> {
  const line = read(args, { output: { type: 'string', short: 'o' } })
  const [file, command] = [only(line, 'asciicast'), commandIn(line)]
  if (typeof line.values.output !== 'string') throw new UsageError('Cannot import without -o <cassette>')
  const loaded = new Loaded(line.values.output)
  const run = fromAsciicast(readFileSync(file, 'utf8'), file, command, plainScrubber(command))
  loaded.save({ ...loaded.cassette, runs: completed(loaded.cassette?.runs ?? [], [run]) })
  return 0
}
