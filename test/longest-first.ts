import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, the longest one first. They are small: by size, as is usual, they would be begun last. */
const LONGEST = [
  'contracts/driver',
  'contracts/stacked',
  'fidelity/fidelity',
  'contracts/recorded',
  'schedule/race-on-servers',
  'contracts/queue-store',
  'contracts/schedule-store',
  'simulation/mutants',
  'cli/queue',
  'cli/up',
  'queue/kills',
  'schedule/race',
  'cli/cli',
  'cli/run',
  'vitest/versions',
  'cli/schedule',
  'queue/on-servers',
]

/** Begins with the files that take longest, so that they do not run alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files)
    const longest = LONGEST.flatMap((name) =>
      others.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)),
    )
    return [...new Set([...longest, ...others])]
  }
}
