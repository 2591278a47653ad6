import { shown } from '../shown.ts'

/**
 * What a recording does: plays what it has (`replay`); plays that and records the rest (`missing`); records everything anew
 * (`all`); nothing at all (`off`); runs everything for real and compares (`verify`).
 */
export type Mode = 'replay' | 'missing' | 'all' | 'off' | 'verify'

const MODES: readonly unknown[] = ['replay', 'missing', 'all', 'off', 'verify'] satisfies Mode[]
/** The variable by which whoever runs the tests has the last word. */
export const VARIABLE = 'REHEARSAL_RECORDING'

/**
 * The mode that holds: what the variable says, else what the code says, else what suits. Where `CI` is set nothing is ever
 * recorded: then it is `replay`, unless the variable asks to compare with what is real.
 *
 * @throws TypeError for what is no mode.
 */
export function modeOf(said: unknown, suits: () => Mode, env: Readonly<Record<string, string | undefined>>): Mode {
  if (said !== undefined) checkMode(said, 'mode')
  const wanted = env[VARIABLE] || undefined
  if (wanted !== undefined) checkMode(wanted, VARIABLE)
  if (isCI(env)) return wanted === 'verify' || wanted === 'off' ? wanted : 'replay'
  return (wanted ?? said ?? suits()) as Mode
}

/** Whether this is a machine on which nothing is recorded. */
export function isCI({ CI = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', 'false'].includes(CI)
}

function checkMode(mode: unknown, where: string): void {
  if (!MODES.includes(mode))
    throw new TypeError(`Cannot use ${shown(mode)} as ${where}: expected one of ${MODES.join(', ')}`)
}
