import { commandText } from '../command.ts'
import type { Clock } from '../contracts/clock.ts'
import { bytesOf } from '../contracts/scenario.ts'
import { signalNumber } from '../contracts/signals.ts'
import { SystemDriver } from '../driver/driver.ts'
import type { RecordedRun, RunEvent } from '../recording/run.ts'
import { Symbols } from '../recording/symbols.ts'
import { reportFor } from './reporting.ts'
import { flag, reportOption, type Spec } from './spec.ts'
import { runsIn } from './tapes.ts'
import { type Line, only } from './usage.ts'

/** `rehearsal replay <cassette>`: writes what was recorded, at the pace of then. Gives the first exit code that is not 0. */
export const replay: Spec = {
  about: 'show what was recorded, at the pace of then',
  subject: '<cassette> [-- <command…>]',
  options: { fast: flag('without the pauses'), ...reportOption },
  act: replayCassette,
}

async function replayCassette(line: Line): Promise<number> {
  const runs = runsIn(only(line, 'cassette'), line.command)
  const write = await reportFor(line, String(line.subjects[0]))
  const symbols = new Symbols()
  const { clock } = new SystemDriver()
  let first = 0
  for (const run of runs) {
    if (runs.length > 1) process.stderr.write(`$ ${symbols.expand(commandText(run.run))}\n`)
    const code = await show(run, { symbols, ...(!line.values.fast && { clock }) })
    if (first === 0) first = code
  }
  if (write) {
    const { fromRecording } = await import('../report/from-recording.ts')
    await write(fromRecording(runs, { expand: (text) => symbols.expand(text) }))
  }
  return first
}

async function show({ events }: RecordedRun, { symbols, clock }: { symbols: Symbols; clock?: Clock }): Promise<number> {
  let code = 0
  for (const event of events) {
    if (event[0] > 0) await clock?.sleep(event[0])
    code = showEvent(event, symbols) ?? code
  }
  return code
}

/** Gives the exit code, where that is what happened. */
function showEvent([, code, data]: RunEvent, symbols: Symbols): number | undefined {
  if (code === 'out' || code === 'err') {
    const stream = code === 'out' ? process.stdout : process.stderr
    stream.write(typeof data === 'string' ? symbols.expand(data) : bytesOf(data))
  }
  if (code === 'fail')
    process.stderr.write(`rehearsal: it did not start: ${typeof data === 'string' ? data : data.detail}\n`)
  if (code === 'fail') return 127
  if (code === 'exit') return typeof data === 'number' ? data : 128 + signalNumber(data)
  return undefined
}
