import { toMilliseconds } from '../duration.ts'
import { Process } from '../process.ts'
import { SimulationFailedError } from '../simulation/errors.ts'
import type { SimulationOptions } from '../simulation/options.ts'
import type { SimulationResult } from '../simulation/simulate.ts'
import type { System } from '../simulation/system.ts'
import { spanText } from './amounts.ts'
import { importOwn } from './own-module.ts'
import { reportFor } from './reporting.ts'
import { json, reportOption, type Spec, text } from './spec.ts'
import { type Line, numberIn, only, UsageError } from './usage.ts'

/** What a file exports that is simulated. */
interface Simulated {
  readonly system: System<typeof Process>
  readonly options: SimulationOptions
}

/** `rehearsal simulate <file>`: plays the system that a file exports on machines where things go wrong. */
export const simulate: Spec = {
  about: 'play a system on machines where things go wrong, drawn from a seed',
  subject: '<file>',
  options: {
    seed: text('<n>', 'the first seed: 1 unless given'),
    runs: text('<n>', 'how many runs: 100 unless given'),
    duration: text('<time>', 'how long faults strike in each, in virtual time: 1m unless given'),
    report: { ...reportOption.report, about: 'draw the simplest run that fails, or the last one' } as never,
    ...json,
  },
  act: async (line) => {
    const file = only(line, 'file')
    const { system, options } = await load(file)
    const write = await reportFor(line, `Simulation of ${file}`)
    try {
      const result = await play(system, { ...options, ...said(line), ...(write && { timeline: true }) })
      await write?.(result as Parameters<typeof write>[0])
      tell(result, line.values.json === true)
      return 0
    } catch (error) {
      if (!(error instanceof SimulationFailedError)) throw error
      await write?.(error)
      if (line.values.json) tellFailure(error)
      else process.stderr.write(`${error.message}\n`)
      return 1
    }
  },
}

function said(line: Line): SimulationOptions {
  const { duration } = line.values
  const [seed, runs] = [numberIn(line, 'seed'), numberIn(line, 'runs')]
  try {
    if (typeof duration === 'string') toMilliseconds(duration as never)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  return {
    ...(seed !== undefined && { seed }),
    ...(runs !== undefined && { runs }),
    ...(typeof duration === 'string' && { duration: duration as never }),
  }
}

async function play(system: Simulated['system'], options: SimulationOptions): Promise<SimulationResult> {
  try {
    return await Process.simulate(system, options)
  } catch (error) {
    throw error instanceof RangeError || error instanceof TypeError ? new UsageError(error.message) : error
  }
}

async function load(file: string): Promise<Simulated> {
  const module: Partial<Simulated> & { readonly default?: unknown } = await importOwn(file, 'simulate')
  const system = module.system ?? module.default
  if (typeof system === 'function') return { system: system as Simulated['system'], options: module.options ?? {} }
  throw new UsageError(`Cannot simulate ${file}: expected it to export a function as "system", and "options" beside it`)
}

function tell({ timeline, ...result }: SimulationResult, asJson: boolean): void {
  if (asJson) return void process.stdout.write(`${JSON.stringify({ held: true, ...result })}\n`)
  const { runs, seed, simulatedMs, faults, invariants, hash } = result
  const struck = Object.values(faults).reduce((sum, times) => sum + times, 0)
  process.stdout.write(
    `All held: ${invariants.length} invariants in ${runs} runs from seed ${seed} on, ${spanText(simulatedMs)} of virtual time, ${struck} faults. Hash ${hash}.\n`,
  )
}

function tellFailure({ code, seed, violation, scenario, message }: SimulationFailedError): void {
  process.stdout.write(`${JSON.stringify({ held: false, code, seed, violation, scenario, message })}\n`)
}
