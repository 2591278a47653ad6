import { commandText } from '../command.ts'
import type { Driver } from '../contracts/driver.ts'
import { Journal } from '../journal.ts'
import type { Pattern } from '../matching.ts'
import type { StrayGuard } from '../stray-guard.ts'
import type { World } from '../world.ts'
import { BadRecordingError, RecordingUnusedError } from './errors.ts'
import { expiryOf } from './expiry.ts'
import { Loaded } from './loaded.ts'
import { isCI, type Mode, VARIABLE } from './mode.ts'
import { type RecordingOptions, type Settled, settle } from './options.ts'
import { type Session, sessions } from './session.ts'

/** A recording under way: what `Process.record()` and `Process.replay()` give back. Ends itself at the end of `using`. */
export class Recording implements World, Disposable {
  readonly file: string
  readonly mode: Mode
  readonly driver: Driver
  readonly guard: StrayGuard | undefined
  readonly journal: Journal
  readonly active: World['active']
  observer: World['observer']
  readonly #session: Session
  readonly #settled: Settled
  readonly #onRestore: () => void
  #over = false

  /** @throws BadRecordingError, RecordingExpiredError, TypeError before anything is put in place. */
  constructor(file: string, mode: Mode, options: RecordingOptions, inner: World, onRestore: () => void) {
    const settled = settle(options)
    const loaded = new Loaded(file)
    this.file = file
    this.mode = mode
    this.#settled = settled
    this.#onRestore = onRestore
    if (!loaded.cassette && (mode === 'replay' || mode === 'verify'))
      throw new BadRecordingError({ file }, `there is no such file. ${this.#remedy}`)
    if (loaded.cassette && mode !== 'all' && mode !== 'off') checkAge(loaded, settled, inner)
    this.#session = sessions[mode]({ inner, loaded, settled, remedy: this.#remedy })
    this.driver = this.#session.driver
    this.guard = this.#session.guard
    this.active = this.#session.active
    this.journal = new Journal(this.driver.clock)
  }

  /** The commands of the recording that nobody has run yet. */
  get unused(): readonly string[] {
    return this.#session.unused().map(({ run }) => commandText(run))
  }

  /** The same as patterns, for `assertAllFakesUsed`. */
  get unusedRules(): readonly Pattern[] {
    return this.unused
  }

  /** What a test that fails here has to say: that it ran on a recording, on which, and how that is made anew. */
  get note(): string {
    return this.mode === 'replay' || this.mode === 'missing'
      ? `This ran on the recording "${this.file}". ${this.#remedy}`
      : ''
  }

  /** Ends the recording without keeping anything of it: the file stays as it is. */
  discard(): void {
    if (this.#over) return
    this.#over = true
    this.#session.close()
    this.#onRestore()
  }

  /**
   * Ends the recording: what was recorded is saved, or compared.
   *
   * @throws RecordingNotSavedError, RecordingDriftError, RecordingUnusedError; the world is as it was before in any case.
   */
  restore(): void {
    if (this.#over) return
    this.discard()
    this.#session.finish()
    this.#reportUnused()
  }

  /** The same as `restore`. */
  [Symbol.dispose](): void {
    this.restore()
  }

  get #remedy(): string {
    const where = isCI(process.env) ? ', on a machine where CI is not set' : ''
    return `To record it again${where}: ${VARIABLE}=all, or Process.record(file, { mode: 'all' }).`
  }

  #reportUnused(): void {
    const { unused } = this
    if (unused.length === 0 || this.#settled.unused === 'ignore') return
    const list = unused.map((text) => `\n  ${text}`).join('')
    const error = new RecordingUnusedError(
      `Cannot find a use for all of the recording "${this.file}": nobody ran${list}`,
    )
    if (this.#settled.unused === 'fail') throw error
    process.emitWarning(error.message, { type: 'RecordingWarning', code: error.code })
  }
}

function checkAge({ cassette, file }: Loaded, { expires, whenExpired }: Settled, { driver }: World): void {
  const expired = cassette && expires !== undefined ? expiryOf(cassette, file, expires, driver.clock.now()) : undefined
  if (!expired) return
  if (whenExpired === 'fail') throw expired
  process.emitWarning(expired.message, { type: 'RecordingWarning', code: expired.code })
}
