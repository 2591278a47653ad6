import { commandText } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import { BadRecordingError } from '../recording/errors.ts'
import { Loaded } from '../recording/loaded.ts'
import type { RecordedRun } from '../recording/run.ts'
import { Scrubber } from '../recording/scrubber.ts'
import { Symbols } from '../recording/symbols.ts'

/** The runs of a recording, or those of one command. */
export function runsIn(file: string, command: readonly string[] = []): readonly RecordedRun[] {
  const { cassette } = new Loaded(file)
  if (!cassette) throw new BadRecordingError({ file }, 'there is no such file')
  if (command.length === 0) return cassette.runs
  const wanted = commandText(plainScrubber(command).line(command))
  const runs = cassette.runs.filter(({ run }) => commandText(run) === wanted)
  if (runs.length === 0) throw new BadRecordingError({ file }, `there is no run of "${wanted}"`)
  return runs
}

/** What takes secrets and paths out of what is known of a command line. */
export function plainScrubber(line: readonly string[], symbols: Symbols = new Symbols()): Scrubber {
  const command: Command = {
    line,
    cwd: undefined,
    env: {},
    inheritEnv: true,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    foreground: false,
  }
  return new Scrubber(command, symbols, [])
}
