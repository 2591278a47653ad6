import { ask, askOnce } from '../control/client.ts'
import type { Request } from '../control/messages.ts'
import { type Place, placeIn } from '../control/place.ts'
import { stateFolder } from '../driver/state-folder.ts'

/**
 * Asks the `rehearsal up` of this project, item by item.
 *
 * @throws NothingRunsError when there is none, ControlError for what was refused.
 */
export function asking(request: Request): AsyncGenerator<unknown, void, undefined> {
  return ask(here(), request)
}

/** The same, for what is answered by one item. */
export function asked<Item>(request: Request): Promise<Item> {
  return askOnce(here(), request) as Promise<Item>
}

function here(): Place {
  return placeIn(stateFolder())
}
