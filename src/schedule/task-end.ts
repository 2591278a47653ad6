import type { ProcessResult } from '../process-result.ts'

/** A task that begins. */
export interface TaskStart {
  readonly task: string
  /** When it was due. */
  readonly dueAt: Date
}

/** A task that has ended. */
export interface TaskEnd extends TaskStart {
  readonly successful: boolean
  readonly exitCode: number | null
  /** What it wrote to stdout, and after that what it wrote to stderr. Empty for a closure. */
  readonly output: string
  readonly durationMs: number
  /** That of the command, where one has run. */
  readonly result: ProcessResult | undefined
  /** What a closure threw, or what ended the command. */
  readonly error: unknown
}

/** Which ends a reaction is for. */
export type When = 'always' | 'success' | 'failure'

/** Whether a reaction is for this end. */
export function concerns(when: When, { successful }: TaskEnd): boolean {
  return when === 'always' || (when === 'success') === successful
}
