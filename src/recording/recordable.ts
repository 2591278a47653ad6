import { Asserting } from '../asserting.ts'
import type { World } from '../world.ts'
import { RecordingMissError } from './errors.ts'
import { type Mode, modeOf } from './mode.ts'
import type { RecordingOptions, ReplayOptions } from './options.ts'
import { Recording } from './recording.ts'

type Scoped<T> = (recording: Recording) => Promise<T>

/** The worlds of a Process, as far as a recording needs them. */
export interface Stage {
  current(): World
  enter(recording: Recording): void
  leave(recording: Recording): void
  within<T>(recording: Recording, callback: Scoped<T>): Promise<T>
}

/** Recordings, as methods of `Process`. */
export abstract class Recordable extends Asserting {
  /** Where this Process runs what it starts. */
  protected abstract stage(): Stage

  /**
   * Plays the recording in a file, where there is one; records what runs, where there is none yet. `mode`, or the variable
   * `REHEARSAL_RECORDING`, says otherwise; where `CI` is set, nothing is ever recorded. Ends with `restore()`, at the end of
   * a `using` block, or with the callback, which alone sees it then, and after whose failure nothing is saved.
   *
   * @throws BadRecordingError, RecordingExpiredError, TypeError; nothing is put in place then.
   */
  record(file: string, options?: RecordingOptions): Recording
  record<T>(file: string, callback: Scoped<T>): Promise<T>
  record<T>(file: string, options: RecordingOptions, callback: Scoped<T>): Promise<T>
  record<T>(file: string, second?: RecordingOptions | Scoped<T>, third?: Scoped<T>): Recording | Promise<T> {
    const options = typeof second === 'function' ? {} : (second ?? {})
    const mode = (): Mode => modeOf(options.mode, () => (isThere(file) ? 'replay' : 'all'), process.env)
    return this.#put(file, mode, options, typeof second === 'function' ? second : third)
  }

  /** Plays the recording in a file, whatever anybody says: nothing real is started. Ends as `record` does. */
  replay(file: string, options?: ReplayOptions): Recording
  replay<T>(file: string, callback: Scoped<T>): Promise<T>
  replay<T>(file: string, options: ReplayOptions, callback: Scoped<T>): Promise<T>
  replay<T>(file: string, second?: ReplayOptions | Scoped<T>, third?: Scoped<T>): Recording | Promise<T> {
    const options = typeof second === 'function' ? {} : (second ?? {})
    return this.#put(file, () => 'replay', options, typeof second === 'function' ? second : third)
  }

  #put<T>(file: string, mode: () => Mode, options: RecordingOptions, callback?: Scoped<T>): Recording | Promise<T> {
    const stage = this.stage()
    const begin = (): Recording => {
      const recording: Recording = new Recording(file, mode(), options, stage.current(), () => stage.leave(recording))
      return recording
    }
    if (callback) return perform(begin, (recording) => stage.within(recording, callback))
    const recording = begin()
    stage.enter(recording)
    return recording
  }
}

// Whoever gets a promise hears by that also of a recording that cannot begin.
async function perform<T>(begin: () => Recording, act: Scoped<T>): Promise<T> {
  const recording = begin()
  let value: T
  try {
    value = await act(recording)
  } catch (error) {
    recording.discard()
    throw withNote(error, recording.note)
  }
  recording.restore()
  return value
}

// Loaded for those who record only: it takes Node long.
function isThere(file: string): boolean {
  return process.getBuiltinModule('node:fs').existsSync(file)
}

/** The same error, whose message says on what it ran. */
function withNote(error: unknown, note: string): unknown {
  // A miss says so itself.
  if (!(error instanceof Error) || note === '' || error instanceof RecordingMissError) return error
  const message = `${error.message}\n\n${note}`
  return Object.defineProperty(error, 'message', { value: message, configurable: true, writable: true })
}
