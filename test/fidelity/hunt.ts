import fc from 'fast-check'
import type { Case } from './case.ts'
import { cases } from './draw.ts'
import { expect, judge, type Kind } from './judge.ts'
import { ours } from './ours.ts'
import { type Performance, performForReal } from './real.ts'
import type { Trace } from './trace.ts'

/** Cases that are performed before any of them is judged. */
const BATCH = 120
/** How often a case is performed, at most, that is always late, or that has diverged once. */
const TIMES = { late: 5, once: 4 }

/** One case of a seed, and what came of it. */
export interface Finding {
  readonly index: number
  readonly piece: Case
  /** What its rehearsals show, and what was really seen: of several times the last that diverged. */
  readonly expected: readonly Trace[]
  readonly real: Trace
  /** What came of each time that it was performed, in order. */
  readonly kinds: readonly (Kind | 'late')[]
}

export interface HuntOptions {
  readonly seed: number
  readonly runs: number
  /** Cases that are performed side by side. */
  readonly lanes: number
  readonly onFinding?: (finding: Finding) => void
}

/** The first cases of a seed, in order. */
export function drawn(seed: number, runs: number): readonly Case[] {
  return fc.sample(cases, { seed, numRuns: runs })
}

/**
 * Judges the first cases of a seed. All of a batch are rehearsed first, then performed side by side, then judged: so that
 * what is performed has the machine for itself.
 */
export async function hunt({ seed, runs, lanes, onFinding = () => {} }: HuntOptions): Promise<readonly Finding[]> {
  const pieces = drawn(seed, runs)
  const found: Finding[] = []
  for (let from = 0; from < runs; from += BATCH) {
    const batch: Finding[] = []
    for (const [at, piece] of pieces.slice(from, from + BATCH).entries()) batch.push(await rehearsed(from + at, piece))
    for (const finding of await settle(batch, lanes)) {
      found.push(finding)
      onFinding(finding)
    }
  }
  return found
}

/** Judges one case by itself. */
export async function settledAlone(piece: Case): Promise<Finding> {
  const [finding] = await settle([await rehearsed(0, piece)], 1)
  return finding as Finding
}

/** What is to be said of a case: `once` where it diverged, and did not again. */
export function verdictOf({ kinds }: Finding): Kind | 'late' | 'once' {
  const judged = kinds.filter((kind) => kind !== 'late')
  if (!judged.includes('diverged')) return judged[0] ?? 'late'
  return judged.filter((kind) => kind === 'diverged').length > 1 ? 'diverged' : 'once'
}

function isSettled(finding: Finding): boolean {
  const { kinds } = finding
  const verdict = verdictOf(finding)
  if (verdict === 'late') return kinds.length >= TIMES.late
  return verdict === 'once' ? kinds.length >= TIMES.once : true
}

async function rehearsed(index: number, piece: Case): Promise<Finding> {
  return { index, piece, expected: await expect(piece, ours), real: [], kinds: [] }
}

/** Performs and judges until it is settled what is to be said of each. What is performed again has the machine for itself. */
async function settle(findings: readonly Finding[], lanes: number): Promise<readonly Finding[]> {
  const performances = await sideBySide(lanes, findings, ({ piece, expected }) => performForReal(piece, expected))
  const judged: Finding[] = []
  for (const [at, finding] of findings.entries())
    judged.push(await judgedOnce(finding, performances[at] as Performance))
  const open = judged.filter((finding) => !isSettled(finding))
  if (open.length === 0) return judged
  const settled = await settle(open, 1)
  return judged.map((finding) => settled.find(({ index }) => index === finding.index) ?? finding)
}

async function judgedOnce(finding: Finding, { trace, late }: Performance): Promise<Finding> {
  const { piece, expected, kinds } = finding
  const verdict = await judge(piece, ours, { real: trace, expected })
  const kind = verdict === 'diverged' && late ? 'late' : verdict
  const real = kind === 'diverged' || !kinds.includes('diverged') ? trace : finding.real
  return { ...finding, real, kinds: [...kinds, kind] }
}

async function sideBySide<T, R>(
  lanes: number,
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await act(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}
