import { checkLine, type HeaderLine, type Line, VERSION } from './check-line.ts'
import { BadRecordingError } from './errors.ts'
import type { RecordedRun, RunEvent } from './run.ts'

/** A whole recording. */
export interface Cassette {
  readonly runs: readonly RecordedRun[]
  /** The day it was made, where somebody wants to know its age: `2026-03-01`. */
  readonly recorded?: string
}

/** A recording as text: a line for itself, one for each run and each event, and one for the end. */
export function printCassette({ runs, recorded }: Cassette): string {
  const first = { recording: 'rehearsal', version: VERSION, ...(recorded !== undefined && { recorded }) }
  const lines = runs.flatMap(({ events, ...header }) => [header, ...events])
  return [first, ...lines, { end: true }].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/**
 * A recording from its text.
 *
 * @throws BadRecordingError that names the line and the field.
 */
export function parseCassette(text: string, file: string): Cassette {
  const reader = new Reader(file)
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  lines.forEach((line, index) => {
    reader.take(checkLine(line, { file, line: index + 1 }))
  })
  return reader.finish()
}

/** Puts lines together, in the order in which they may come. */
class Reader {
  readonly #file: string
  readonly #runs: { header: HeaderLine; events: RunEvent[]; over: boolean }[] = []
  #first: { readonly recorded?: string } | undefined
  #line = 0
  #ended = false

  constructor(file: string) {
    this.#file = file
  }

  take(line: Line): void {
    this.#line++
    if (this.#ended) this.#refuse('it comes after the end')
    if ('first' in line) this.#begin(line.first)
    else if (!this.#first) this.#refuse('a recording begins with {"recording":"rehearsal","version":1}')
    else if ('header' in line) this.#next(line.header)
    else if ('event' in line) this.#event(line.event)
    else this.#end()
  }

  finish(): Cassette {
    this.#line++
    if (!this.#ended) this.#refuse('it was cut off: the last line, {"end":true}, is missing')
    const runs = this.#runs.map(({ header, events }): RecordedRun => Object.freeze({ ...header, events }))
    return { ...this.#first, runs }
  }

  #begin(first: { readonly recorded?: string }): void {
    if (this.#first) this.#refuse('there is one recording in a file')
    this.#first = first
  }

  #next(header: HeaderLine): void {
    this.#checkLast()
    this.#runs.push({ header, events: [], over: false })
  }

  #event(event: RunEvent): void {
    const run = this.#runs.at(-1)
    if (!run) return this.#refuse('an event belongs to a run, and none has begun')
    const [, code] = event
    if (run.over && code !== 'out' && code !== 'err') this.#refuse('the run is over, and nothing but output may follow')
    if (code === 'fail' && run.events.length > 0) this.#refuse('what has not started has done nothing before')
    if (code === 'exit' || code === 'fail') run.over = true
    run.events.push(event)
  }

  #end(): void {
    this.#checkLast()
    this.#ended = true
  }

  #checkLast(): void {
    const last = this.#runs.at(-1)
    if (last && !last.over) this.#refuse('the run before it has no end: "exit" or "fail" is missing')
  }

  #refuse(problem: string): never {
    throw new BadRecordingError({ file: this.#file, line: this.#line }, problem)
  }
}
