import type { StopReport } from '../supervision/supervisor.ts'
import { asked } from './asking.ts'
import { json, type Spec } from './spec.ts'
import { none } from './usage.ts'

/** `rehearsal stop`: ends `rehearsal up` and all that it runs, in the reverse order. */
export const stop: Spec = {
  about: 'stop all that "rehearsal up" runs, in the reverse order, and "rehearsal up" with it',
  options: json,
  act: async (line) => {
    none(line)
    const report = await asked<StopReport>({ do: 'stop' })
    if (line.values.json) process.stdout.write(`${JSON.stringify(report)}\n`)
    else process.stdout.write(`Stopped ${report.stopped.join(', ')}.\n`)
    for (const { slot, pids, reason } of report.stuck)
      process.stderr.write(`Cannot stop ${slot}: ${pids.join(', ')} ${reason}\n`)
    return report.stuck.length === 0 ? 0 : 1
  },
}
