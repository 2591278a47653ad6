import type { Host } from '../host.ts'
import { driverOf, type InvokedProcess } from '../invoked-process.ts'
import { SlotRefusedError } from './errors.ts'
import { Ground } from './ground.ts'
import { ProcessGroup } from './group.ts'
import { insideOf } from './group-members.ts'
import { Member } from './member.ts'
import { AdoptedOccupant } from './process-occupant.ts'
import { defaultCare, specOf } from './slot-options.ts'

/**
 * Makes a group of one process that runs already, in the world in which it was started. Nothing is started again by itself.
 *
 * @throws SlotRefusedError for a process that somebody else looks after.
 */
export function takeOver(process: InvokedProcess, host: Host): ProcessGroup {
  const { current, keeper } = process.lineage
  if (keeper) throw new SlotRefusedError(`Cannot look after "${process.command()}": somebody else does`)
  const group = new ProcessGroup({ name: 'recovery', restart: 'never' }, host)
  const { supervisor } = insideOf(group)
  const occupant = new AdoptedOccupant(current)
  const spec = specOf({ restart: 'never' }, defaultCare)
  const member = new Member('process', spec, () => occupant, supervisor)
  supervisor.members.set(member.name, member)
  supervisor.open(new Ground(host, driverOf(process)))
  for (const slot of member.slots) slot.adopt(occupant.adopted())
  return group
}
