/** One round's figures of one variant, by what they measure: `{ us: 812, cpu: 300 }`. */
export type Sample = Readonly<Record<string, number>>

/** What is measured side by side, by name. Each call is one round. */
export type Variants = Readonly<Record<string, () => Sample | Promise<Sample>>>

/** What one round gave: a figure of a variant. */
export type Round = (variant: string, measure: string) => number

/** Whether this is a smoke test: small sizes, one round, figures that mean nothing. */
export const quick: boolean = process.argv.includes('--quick')

/** A size or count for a full run, and the one for a smoke test. */
export function size(full: number, small: number): number {
  return quick ? small : full
}

/**
 * Measures variants side by side: A B C, then C B A, and so on, so that what the machine does meanwhile hits all alike.
 * The first call of each is not counted.
 */
export async function interleave(variants: Variants, rounds: number): Promise<readonly Round[]> {
  const names = Object.keys(variants)
  if (!quick) await takeAll(variants, names)
  const taken: Round[] = []
  for (let round = 0; round < size(rounds, 1); round++) {
    taken.push(await takeAll(variants, round % 2 === 0 ? names : names.toReversed()))
  }
  return taken
}

/** The median over all rounds of what is computed from each. */
export function medianOf(rounds: readonly Round[], figure: (of: Round) => number): number {
  return median(rounds.map(figure))
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** Wall and CPU time of an action in milliseconds; the CPU time is that of this process, without its children. */
export async function timed(action: () => unknown): Promise<{ readonly ms: number; readonly cpu: number }> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await action()
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { ms, cpu: (user + system) / 1000 }
}

/** @throws Error when a variant did not do the work that the others are measured by. */
export function expectSame(variant: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`Cannot compare ${variant}: it gave ${actual} instead of ${expected}`)
}

async function takeAll(variants: Variants, order: readonly string[]): Promise<Round> {
  const samples: Record<string, Sample> = {}
  for (const name of order) samples[name] = await (variants[name] as Variants[string])()
  return (variant, measure) => {
    const figure = samples[variant]?.[measure]
    if (figure === undefined) throw new Error(`Cannot compare: there is no "${measure}" of "${variant}"`)
    return figure
  }
}
