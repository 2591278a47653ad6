import { type Size, toBytes } from '../duration.ts'
import { BadThresholdError } from '../errors.ts'

/** A share of the processor: a number, 1 being one core, or text such as `'80%'`, 100 % being one core. */
export type CpuLimit = number | `${number}%`

/** What counts as much where nobody says: as bytes, and as a share of a core. */
export const DEFAULT_LIMITS: { readonly memory: number; readonly cpu: number } = { memory: 512 * 1024 ** 2, cpu: 0.9 }

/** From here on a number is taken for a percentage that lacks its sign. */
const AMBIGUOUS = 10

/**
 * A limit of memory in bytes.
 *
 * @throws TypeError for what is no size, BadThresholdError for 0.
 */
export function memoryLimit(limit: Size): number {
  const bytes = toBytes(limit)
  if (bytes > 0) return bytes
  throw new BadThresholdError(`Cannot use ${limit} as a limit of memory: expected more than 0`)
}

/**
 * A limit of processor time as a share of a core.
 *
 * @throws BadThresholdError for what is no share, or so large a number that it must be a percentage.
 */
export function cpuLimit(limit: CpuLimit): number {
  const percent = typeof limit === 'string' ? /^(\d+(?:\.\d+)?)\s*%$/.exec(limit.trim()) : null
  const share = percent ? Number(percent[1]) / 100 : limit
  if (typeof share !== 'number' || !(share > 0) || !Number.isFinite(share))
    throw new BadThresholdError(`Cannot use ${limit} as a limit of cpu: expected a share of a core or '80%'`)
  if (!percent && share >= AMBIGUOUS)
    throw new BadThresholdError(
      `Cannot use ${share} as a limit of cpu: 1 is one core, write '${share}%' or '${share * 100}%'`,
    )
  return share
}
