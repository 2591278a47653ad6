import type { Command } from '../contracts/command.ts'
import type { RecordedRun } from './run.ts'

/** All that a command will be given to read, where that is known before it starts. */
export function knownInput({ stdin, notes }: Command): readonly Uint8Array[] | undefined {
  if (stdin === 'end') return []
  if (stdin !== 'pipe') return undefined
  const input = notes?.input
  const pieces = Array.isArray(input) ? input : [input]
  return pieces.every(isPiece) ? pieces.map((piece) => Buffer.from(piece as string)) : undefined
}

function isPiece(piece: unknown): piece is string | Uint8Array {
  return typeof piece === 'string' || piece instanceof Uint8Array
}

/** All that a recorded run was given to read, as text; `undefined` where that is no text. */
export function inputOf({ events }: RecordedRun): string | undefined {
  const pieces = events.flatMap(([, code, data]) => (code === 'in' ? [data] : []))
  return pieces.every((piece) => typeof piece === 'string') ? pieces.join('') : undefined
}

/** Whether a command shares a stream or the terminal of its caller: what goes there passes nobody who could keep it. */
export function isUnseen({ stdin, stdout, stderr, foreground }: Command): boolean {
  return foreground || [stdin, stdout, stderr].includes('inherit')
}
