import type { Line } from './usage.ts'

/** One option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  /** Its letter. */
  readonly short?: string
  /** What its value is, as in `<file>`. */
  readonly value?: string
  readonly about: string
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** A command of the program: what it is called by and told, and what it does. Its help and its completion are made of this. */
export interface Spec {
  readonly about: string
  /** What follows its name, but for the options: `<cassette> [-- <command…>]`. */
  readonly subject?: string
  readonly options?: OptionSpecs
  /** The words that may come first, for a command that is many, and what each does. */
  readonly words?: Readonly<Record<string, string>>
  /** It looks after what it has started, also when nobody reads what it prints. */
  readonly goesOn?: true
  /** @returns the exit code. */
  readonly act: (line: Line) => Promise<number>
}

/** An option that is there or not. */
export function flag(about: string, short?: string): OptionSpec {
  return { type: 'boolean', about, ...(short !== undefined && { short }) }
}

/** An option with a value. */
export function text(value: string, about: string, short?: string): OptionSpec {
  return { type: 'string', value, about, ...(short !== undefined && { short }) }
}

/** `--json`, for whatever lists. */
export const json: OptionSpecs = { json: flag('as JSON, for programs') }

/** `--report`, see `reported`. */
export const reportOption: OptionSpecs = {
  report: text('<file>', 'draw what became of all processes: an HTML page, or a trace for Perfetto as *.json'),
}
