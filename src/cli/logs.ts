import { asked, asking } from './asking.ts'
import type { LoggedLine } from './line-log.ts'
import { Prefixed } from './prefixed.ts'
import { flag, json, type Spec, text } from './spec.ts'
import type { UpStatus } from './up-control.ts'
import { UsageError, wholeIn } from './usage.ts'

/** `rehearsal logs`: what `rehearsal up` has shown, of all or of one. */
export const logs: Spec = {
  about: 'what processes of "rehearsal up" have written, of the last 2000 lines that it keeps',
  subject: '[<name>]',
  options: {
    follow: flag('go on until "rehearsal up" ends', 'f'),
    lines: text('<n>', 'how many of those that are there: 100 unless given', 'n'),
    ...json,
  },
  act: async (line) => {
    const [name, ...others] = line.subjects
    if (others.length > 0) throw new UsageError('Cannot show lines: expected one name at most')
    const count = wholeIn(line, 'lines', 0) ?? 100
    const request = { do: 'logs', name, count, follow: line.values.follow === true }
    const show = line.values.json ? showJson : await screen()
    for await (const one of asking(request)) show(one as LoggedLine)
    return 0
  },
}

async function screen(): Promise<(line: LoggedLine) => void> {
  const { slots } = await asked<UpStatus>({ do: 'status' })
  const prefixed = new Prefixed(slots.map(({ name }) => name))
  return (line) => prefixed.line(line)
}

function showJson(line: LoggedLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
