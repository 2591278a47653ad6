import { commandText } from '../command.ts'
import type { AtOnce } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Driver, Handle } from '../contracts/driver.ts'
import type { World } from '../world.ts'
import { LARGEST } from './cassette-file.ts'
import { completed, driftOf, remade, untouched } from './editing.ts'
import { Entries } from './entries.ts'
import { RecordingDriftError, RecordingNotSavedError } from './errors.ts'
import { dayOf } from './expiry.ts'
import type { Loaded } from './loaded.ts'
import type { Mode } from './mode.ts'
import type { Settled } from './options.ts'
import { type PlayerOptions, PlayingDriver } from './player.ts'
import { RecordingDriver } from './recorder.ts'
import type { RecordedRun } from './run.ts'
import { Scrubber } from './scrubber.ts'
import { Tape } from './tape.ts'

/** What a mode puts in the place of a world, and what comes of it in the end. */
export interface Session extends Pick<World, 'driver' | 'active' | 'guard'> {
  /** The runs of the recording that nobody asked for, where that is known. */
  unused(): readonly RecordedRun[]
  /** Ends what is being played. */
  close(): void
  /**
   * Does with what was recorded what it was recorded for.
   *
   * @throws RecordingNotSavedError, RecordingDriftError
   */
  finish(): void
}

/** What a session is made of. */
export interface Surroundings {
  readonly inner: World
  readonly loaded: Loaded
  readonly settled: Settled
  /** What to do to have it recorded again, for messages. */
  readonly remedy: string
}

export const sessions: Readonly<Record<Mode, (around: Surroundings) => Session>> = {
  replay: (around) => playing(around, {}),

  missing(around) {
    const { inner, loaded } = around
    const tape = tapeFor(around)
    const recorder = new RecordingDriver(inner.driver, tape)
    const real = (command: Command) => startReally(command, inner, recorder)
    const realAtOnce = recorder.atOnce && guarded(recorder.atOnce, inner)
    return {
      ...playing(around, { real, realAtOnce }),
      finish: () => save(around, tape, completed(runsOf(loaded), tape.runs())),
    }
  },

  all(around) {
    const tape = tapeFor(around)
    const { inner, loaded, settled } = around
    return {
      ...live(inner, new RecordingDriver(inner.driver, tape)),
      finish: () => save(around, tape, remade(runsOf(loaded), tape.runs(), settled)),
    }
  },

  off: ({ inner }) => live(inner, inner.driver),

  verify(around) {
    const { inner, loaded, settled } = around
    const tape = tapeFor(around)
    return {
      ...live(inner, new RecordingDriver(inner.driver, tape)),
      unused: () => untouched(runsOf(loaded), tape.runs(), settled),
      finish() {
        refuseUnfinished(loaded, tape)
        const differences = driftOf(runsOf(loaded), tape.runs(), settled)
        if (differences.length > 0) throw new RecordingDriftError(loaded.file, differences)
      },
    }
  },
}

function playing(
  { inner, loaded, settled, remedy }: Surroundings,
  { real, realAtOnce }: Pick<PlayerOptions, 'real' | 'realAtOnce'>,
): Session {
  const entries = new Entries(runsOf(loaded), settled.telling)
  const driver = new PlayingDriver({
    ...settled.playing,
    entries,
    source: { file: loaded.file, telling: settled.telling, remedy },
    symbols: settled.symbols,
    scrubberFor: (command) => scrubberFor(command, settled),
    disk: inner.driver.files,
    ...(real && { real }),
    realAtOnce,
  })
  return {
    driver,
    active: new Set(),
    unused: () => entries.unused,
    close: () => void driver.close(),
    finish: () => {},
  }
}

function live({ active, guard }: World, driver: Driver): Session {
  return { driver, active, guard, unused: () => [], close: () => {}, finish: () => {} }
}

// Only what runs for real has to be on the list of what may.
async function startReally(command: Command, { guard }: World, recorder: Driver): Promise<Handle> {
  guard?.check(command, commandText(command.line))
  return recorder.start(command)
}

function guarded(atOnce: AtOnce, { guard }: World): AtOnce {
  const check = (command: Command) => guard?.check(command, commandText(command.line))
  return {
    start(command, caller) {
      check(command)
      return atOnce.start(command, caller)
    },
    run(command, caller) {
      check(command)
      return atOnce.run(command, caller)
    },
  }
}

function tapeFor({ inner, settled }: Surroundings): Tape {
  const { telling, unit, repeats } = settled
  const { clock } = inner.driver
  const scrubber = (command: Command): Scrubber => scrubberFor(command, settled)
  return new Tape({ clock, telling, unit, repeats, limit: LARGEST, scrubberFor: scrubber })
}

function scrubberFor(command: Command, { symbols, redact }: Settled): Scrubber {
  return new Scrubber(command, symbols, redact)
}

function runsOf({ cassette }: Loaded): readonly RecordedRun[] {
  return cassette?.runs ?? []
}

function save({ inner, loaded, settled }: Surroundings, tape: Tape, runs: readonly RecordedRun[]): void {
  refuseUnfinished(loaded, tape)
  warnOfUnseen(loaded, tape)
  const recorded = settled.expires === undefined ? undefined : dayOf(inner.driver.clock.now())
  loaded.save({ runs, ...(recorded !== undefined && { recorded }) })
}

function warnOfUnseen({ file }: Loaded, { unseen }: Tape): void {
  if (unseen.length === 0) return
  const state = 'it went to descriptors of the caller ("inherit", or an open file), and a replay writes nothing there'
  const list = unseen.map((text) => `\n  ${text}`).join('')
  const message = `Cannot keep all output in the recording "${file}": ${state}. Of${list}`
  process.emitWarning(message, { type: 'RecordingWarning', code: 'WARN_OUTPUT_UNSEEN' })
}

function refuseUnfinished({ file }: Loaded, { problem }: Tape): void {
  if (problem !== undefined) throw new RecordingNotSavedError(file, problem)
}
