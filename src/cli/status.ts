import { styleText } from 'node:util'
import type { Outcome } from '../outcome.ts'
import type { SlotStatus } from '../supervision/status.ts'
import { outcomeInWords } from '../supervision/words.ts'
import { spanText } from './amounts.ts'
import { asked } from './asking.ts'
import { json, type Spec } from './spec.ts'
import { table } from './table.ts'
import type { UpStatus } from './up-control.ts'
import { none } from './usage.ts'

const COLOURS = { ready: 'green', done: 'green', failed: 'red', stuck: 'red', backoff: 'yellow' } as const

/** `rehearsal status`: how it is with what `rehearsal up` runs. */
export const status: Spec = {
  about: 'how it is with what "rehearsal up" runs',
  options: json,
  act: async (line) => {
    none(line)
    const found = await asked<UpStatus>({ do: 'status' })
    process.stdout.write(line.values.json ? `${JSON.stringify(found, undefined, 2)}\n` : tableOf(found.slots))
    return 0
  },
}

function tableOf(slots: readonly SlotStatus[]): string {
  const rows = slots.map(({ name, state, pid, uptime, restarts, lastExit, reason }) => [
    name,
    state,
    pid === undefined ? '-' : String(pid),
    spanText(uptime),
    String(restarts),
    reason ?? exitText(lastExit),
  ])
  return table(['NAME', 'STATE', 'PID', 'UPTIME', 'RESTARTS', ''], rows, ([, state = '']) => (cell, column) => {
    const colour = COLOURS[state as keyof typeof COLOURS]
    return column === 1 && colour ? styleText(colour, cell) : cell
  })
}

function exitText(outcome: Outcome | undefined): string {
  return outcome === undefined ? '' : outcomeInWords(outcome)
}
