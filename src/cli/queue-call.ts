import type { QueuedProcess } from '../queue/queued-process.ts'
import { UsageError } from './usage.ts'

export type Write = (text: string) => void

/** What a sub-command gets. */
export interface QueueCall {
  readonly queued: QueuedProcess
  readonly write: Write
  /** What was said after the sub-command. */
  readonly words: readonly string[]
  /** The command after `--`. */
  readonly command: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  /** Shows a moment. */
  readonly show: (moment: Date | number | null) => string
}

/** A number from the command line. */
export function numberOf({ options }: Pick<QueueCall, 'options'>, name: string): number | undefined {
  const text = options[name]
  if (text === undefined) return undefined
  const number = Number(text)
  if (!Number.isFinite(number)) throw new UsageError(`Cannot use "${text}" as --${name}: expected a number`)
  return number
}

/** A text from the command line. */
export function textOf({ options }: Pick<QueueCall, 'options'>, name: string): string | undefined {
  const text = options[name]
  return typeof text === 'string' ? text : undefined
}
