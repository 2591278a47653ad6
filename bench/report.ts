import { medianOf, quick, type Round, type Variants } from './harness.ts'

/** What we set out to reach. The figure is computed in each round; its median counts. */
export interface Goal {
  readonly what: string
  readonly figure: (of: Round) => number
  readonly unit?: string
  /** Reached at most this, or at least this: a good design's target, and the one near the limit. */
  readonly atMost?: Target
  readonly atLeast?: Target
}

type Target = readonly [solid: number, extreme?: number]

/** A section of the results, as Markdown on stdout: a heading and its parts. */
export function printSection(title: string, parts: readonly string[]): void {
  const note = quick ? ['A smoke test: small sizes and one round, the figures mean nothing.'] : []
  console.log([`## ${title}`, ...note, ...parts].join('\n\n'))
}

/** The medians of all variants; in brackets the ratio to `base`, the median of the rounds' own ratios. */
export function figures(
  title: string,
  variants: Variants,
  rounds: readonly Round[],
  options: { readonly base: string; readonly measures: Readonly<Record<string, string>> },
): string {
  const { base, measures } = options
  const cell = (variant: string, measure: string): string => {
    const figure = medianOf(rounds, (of) => of(variant, measure))
    const ratio = medianOf(rounds, (of) => of(variant, measure) / of(base, measure))
    return Number.isFinite(ratio) ? `${short(figure)} (${short(ratio)})` : short(figure)
  }
  const rows = Object.keys(variants).map((variant) => [variant, ...Object.keys(measures).map((m) => cell(variant, m))])
  const caption = `${title}: medians of ${rounds.length}, in brackets the ratio to ${base}.`
  return `${caption}\n\n${table(['variant', ...Object.values(measures)], rows)}`
}

/** Each goal with what was reached, and whether that meets its targets. */
export function goals(row: number, rounds: readonly Round[], list: readonly Goal[]): string {
  const rows = list.map((goal) => {
    const reached = medianOf(rounds, goal.figure)
    const unit = goal.unit ? ` ${goal.unit}` : ''
    return [String(row), goal.what, short(reached) + unit, verdict(goal, 0, reached), verdict(goal, 1, reached)]
  })
  return table(['row', 'goal', 'reached', 'solid', 'extreme'], rows)
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, head.map(() => '---'), ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] as number)).join(' | ')} |`
  return all.map(line).join('\n')
}

function verdict({ atMost, atLeast }: Goal, which: 0 | 1, reached: number): string {
  const limit = (atMost ?? atLeast)?.[which]
  if (limit === undefined) return '-'
  const met = atMost ? reached <= limit : reached >= limit
  return `${atMost ? '<=' : '>='} ${limit.toLocaleString('en')}: ${met ? 'met' : 'missed'}`
}

function short(figure: number): string {
  return Number(figure.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 6 })
}
