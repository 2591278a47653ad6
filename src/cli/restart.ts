import type { SlotStatus } from '../supervision/status.ts'
import { asked } from './asking.ts'
import { json, type Spec } from './spec.ts'
import { UsageError } from './usage.ts'

/** `rehearsal restart <name…>`: starts members or instances of `rehearsal up` again, and waits until they are ready. */
export const restart: Spec = {
  about: 'stop and start processes of "rehearsal up", one after the other, until each is ready',
  subject: '<name…>',
  options: json,
  act: async ({ subjects, values }) => {
    if (subjects.length === 0) throw new UsageError('Cannot restart: expected the name of a process')
    for (const name of subjects) {
      const slots = await asked<readonly SlotStatus[]>({ do: 'restart', name })
      if (values.json) process.stdout.write(`${JSON.stringify(slots)}\n`)
      else for (const slot of slots) process.stdout.write(`${slot.name}: ${slot.state}, pid ${slot.pid ?? '-'}\n`)
    }
    return 0
  },
}
