import type { SimulationOptions } from '../../../src/index.ts'
import { health } from './health.ts'
import { identity } from './identity.ts'
import { observation } from './observation.ts'
import { order } from './order.ts'
import { programs } from './plan.ts'
import { restarts } from './restarts.ts'
import { stops } from './stops.ts'

/** How groups are simulated: all faults, and all that has to hold. */
export const options: SimulationOptions = {
  programs,
  duration: '1m',
  recovery: '3m',
  invariants: [...identity, ...restarts, ...order, ...stops, ...observation, ...health],
}
