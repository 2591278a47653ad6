import { shown } from './shown.ts'

/**
 * Refuses what is no object of options, and an option that nobody knows: it would do nothing, in silence.
 *
 * @throws TypeError that says what could not be done, and names it.
 * @example refuseUnknown(options, { timeout: true }, 'add "web"') // Cannot add "web" with the option "timeuot": known are timeout
 */
export function refuseUnknown<Options extends object>(options: Options, known: Known<Options>, action: string): void {
  if (!isObject(options)) throw new TypeError(`Cannot ${action} with ${shown(options)}: expected an object of options`)
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return
  throw new TypeError(`Cannot ${action} with the option "${unknown}": known are ${Object.keys(known).join(', ')}`)
}

/** The names of all options: one that is missing here does not compile. */
export type Known<Options> = Readonly<Record<keyof Options, true>>

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
