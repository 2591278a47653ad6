import type { Command } from '../contracts/command.ts'
import type { Exit } from '../contracts/driver.ts'
import type { Signal } from '../contracts/signals.ts'
import { ProcessStartError } from '../errors.ts'
import { eventsOf, type Sighting } from './events.ts'
import { type Identity, identityOf, type Telling } from './identity.ts'
import { knownInput } from './input.ts'
import { type RecordedRun, type StartFault, UNREAD } from './run.ts'
import type { Scrubber } from './scrubber.ts'

/** What a take goes by. */
export interface Studio {
  readonly telling: Telling
  /** Times are cut down to multiples of this, in milliseconds. */
  readonly unit: number
  /** Milliseconds that never go back. */
  readonly now: () => number
  /** Whether there is room for so many bytes more. */
  readonly hasRoom: (bytes: number) => boolean
}

/** One run while it is being recorded: everything that its caller and the process do to each other, as it is seen. */
export class Take {
  readonly command: Command
  readonly identity: Identity
  /** Whether the process itself is over, or never was. */
  over = false
  readonly #studio: Studio
  readonly #scrubber: Scrubber
  readonly #startedAt: number
  readonly #open = new Set<'out' | 'err'>()
  #sightings: Sighting[] = []
  #eof = false
  #stopped = false
  readonly #unseen = new Set<'stdout' | 'stderr'>()
  /** Whether some of what it was given went nowhere. */
  #lost = false

  constructor(command: Command, scrubber: Scrubber, studio: Studio) {
    this.command = command
    this.identity = identityOf(command, scrubber, studio.telling)
    this.#scrubber = scrubber
    this.#studio = studio
    this.#startedAt = studio.now()
  }

  /** Whether all of it has been seen. */
  get complete(): boolean {
    return this.over && this.#open.size === 0
  }

  /** The streams that went to descriptors of the caller's own, where nobody sees what is written. */
  get unseen(): readonly string[] {
    return [...this.#unseen]
  }

  passesBy(stream: 'stdout' | 'stderr'): void {
    this.#unseen.add(stream)
  }

  /** A stream begins to be read. */
  opens(code: 'out' | 'err'): void {
    this.#open.add(code)
  }

  closes(code: 'out' | 'err'): void {
    this.#open.delete(code)
  }

  /** A stream is given up before its end: if the process is over, somebody whom it left behind holds it open. */
  givenUp(code: 'out' | 'err'): void {
    if (this.over && this.#open.has(code)) this.#see({ at: this.#at + this.#studio.unit, code, bytes: NO_BYTES })
  }

  wrote(code: 'out' | 'err', bytes: Uint8Array): void {
    this.#seeBytes(code, bytes)
  }

  /** It is given something to read. Gives back how to say that it did not take it. */
  given(bytes: Uint8Array): () => void {
    if (this.over || this.#eof) return () => {}
    const forget = this.#seeBytes('in', bytes)
    return () => {
      this.#lost = true
      forget()
    }
  }

  inputEnded(): void {
    if (this.over || this.#eof) return
    this.#eof = true
    this.#see({ at: this.#at, code: 'eof' })
  }

  /**
   * It is sent a signal; one that lets it go on matters only to a process that was stopped. Gives back how to say that the
   * signal reached nobody.
   */
  signalled(data: Signal): () => void {
    if (this.over || (data === 'SIGCONT' && !this.#stopped)) return () => {}
    this.#stopped = data === 'SIGSTOP' || data === 'SIGTSTP'
    return this.#see({ at: this.#at, code: 'signal', data })
  }

  exited({ code, signal }: Exit): void {
    this.over = true
    this.#see({ at: this.#at, code: 'exit', data: signal ?? code ?? 0 })
  }

  failed(error: ProcessStartError): void {
    this.over = true
    const usual = new ProcessStartError('', error.errno).message.slice(PREFIX.length)
    const detail = this.#scrubber.text(error.message.slice(error.message.indexOf('": ') + 3))
    const data: StartFault = detail === usual ? error.errno : { errno: error.errno, detail }
    this.#see({ at: 0, code: 'fail', data })
  }

  /** The run as a recording has it. */
  run(): RecordedRun {
    const given = this.#given
    const stdin = given ? this.#scrubber.digest(given) : UNREAD
    const { unit } = this.#studio
    const sightings = this.#isDialogue ? this.#dialogue : this.#fed(given ?? [])
    const events = eventsOf(sightings, { unit, scrub: (chunks) => this.#scrubber.stream(chunks) })
    return { ...this.identity, ...(stdin !== undefined && { stdin }), events }
  }

  get #isDialogue(): boolean {
    return this.command.notes?.dialogue === true
  }

  // What was known before is known also of a process that did not read it.
  get #given(): readonly Uint8Array[] | undefined {
    const known = knownInput(this.command)
    if (known) return known
    const seen = this.#sightings.flatMap((sighting) => (sighting.code === 'in' ? [sighting.bytes] : []))
    return this.#isDialogue || (this.#eof && !this.#lost) ? seen : undefined
  }

  // The end of an input that never was says nothing.
  get #dialogue(): Sighting[] {
    const written = this.#sightings.some(({ code }) => code === 'in')
    return written ? this.#sightings : this.#sightings.filter(({ code }) => code !== 'eof')
  }

  // What comes whatever the process says comes first: when exactly is chance.
  #fed(given: readonly Uint8Array[]): Sighting[] {
    const rest = this.#sightings.filter(({ code }) => code !== 'in' && code !== 'eof')
    const first = given.filter(({ length }) => length > 0).map((bytes): Sighting => ({ at: 0, code: 'in', bytes }))
    return first.length === 0 ? rest : [...first, { at: 0, code: 'eof' }, ...rest]
  }

  #seeBytes(code: 'out' | 'err' | 'in', bytes: Uint8Array): () => void {
    if (bytes.length === 0 || !this.#studio.hasRoom(bytes.length)) return () => {}
    // A stream may use its memory again for the next piece.
    return this.#see({ at: this.#at, code, bytes: Uint8Array.from(bytes) })
  }

  #see(sighting: Sighting): () => void {
    this.#sightings.push(sighting)
    return () => {
      this.#sightings = this.#sightings.filter((other) => other !== sighting)
    }
  }

  get #at(): number {
    return this.#studio.now() - this.#startedAt
  }
}

const NO_BYTES = new Uint8Array(0)
const PREFIX = 'Cannot start "": '
