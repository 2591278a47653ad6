import type { Command, Driver } from '../../src/index.ts'
import { parseCassette, printCassette } from '../../src/recording/cassette.ts'
import { LARGEST } from '../../src/recording/cassette-file.ts'
import { Entries } from '../../src/recording/entries.ts'
import { PlayingDriver } from '../../src/recording/player.ts'
import { RecordingDriver } from '../../src/recording/recorder.ts'
import { Scrubber } from '../../src/recording/scrubber.ts'
import { Symbols } from '../../src/recording/symbols.ts'
import { inFileOrder, Tape } from '../../src/recording/tape.ts'

const symbols = new Symbols()
const scrubberFor = (command: Command): Scrubber => new Scrubber(command, symbols, [])
const telling = {}

/** A driver around a driver, that records all that runs there; and one that plays what was recorded. */
export function recorded(inner: Driver): { recorder: Driver; player: () => Driver } {
  const { clock, files } = inner
  const tape = new Tape({ clock, telling, unit: 1, repeats: [], limit: LARGEST, scrubberFor })
  const source = { file: 'a recording in memory', telling, remedy: '' }
  return {
    recorder: new RecordingDriver(inner, tape),
    player() {
      const { runs } = parseCassette(printCassette({ runs: inFileOrder(tape.runs()) }), source.file)
      return new PlayingDriver({ entries: new Entries(runs, telling), source, symbols, scrubberFor, disk: files })
    },
  }
}
