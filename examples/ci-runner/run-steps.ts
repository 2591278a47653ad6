import type { CommandInput, ProcessFactory } from '../../src/index.ts'

/** One step of a job: what it is called, and what it runs. */
export interface Step {
  readonly name: string
  readonly run: CommandInput
}

/** What became of a step. */
export interface StepReport {
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  /** The end of what it said, where it failed. */
  readonly said: string
}

const STEPS: readonly Step[] = [
  { name: 'syntax', run: ['node', '--check', 'sum.js'] },
  { name: 'test', run: ['node', 'check.js'] },
  { name: 'pack', run: ['tar', '-cf', '/dev/null', 'sum.js'] },
]

/** Runs the steps of a job in its folder, one after the other; what comes after a failure is skipped. */
export async function runSteps(
  host: ProcessFactory,
  folder: string,
  steps: readonly Step[] = STEPS,
): Promise<readonly StepReport[]> {
  const reports: StepReport[] = []
  for (const { name, run } of steps) {
    const skipped = reports.some(({ state }) => state === 'failed')
    reports.push(skipped ? { name, state: 'skipped', said: '' } : await runStep(host, folder, { name, run }))
  }
  return reports
}

async function runStep(host: ProcessFactory, folder: string, { name, run }: Step): Promise<StepReport> {
  const result = await host.path(folder).timeout('10m').run(run)
  if (result.successful()) return { name, state: 'passed', said: '' }
  return { name, state: 'failed', said: `${result.output()}${result.errorOutput()}`.trim() }
}
