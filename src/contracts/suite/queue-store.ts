import { batches } from './queue-batches.ts'
import { type QueueContractOptions, type QueueFact, SHORT } from './queue-harness.ts'
import { cancelling, leases } from './queue-leases.ts'
import { lists } from './queue-lists.ts'
import { ends, order, returns } from './queue-order.ts'
import { news, sharing } from './queue-sharing.ts'
import { uniqueness } from './queue-uniqueness.ts'

/**
 * Registers the contract of a store for queues.
 *
 * @example queueContract({ test, describe, createStore })
 */
export function queueContract({ test, describe, createStore, short = SHORT }: QueueContractOptions): void {
  const fact: QueueFact = (title, body) =>
    test(title, async () => {
      const stage = await createStore()
      try {
        await body({ ...stage, short })
      } finally {
        await stage.close()
      }
    })
  const topics = { order, leases, ends, returns, cancelling, uniqueness, batches, lists, sharing, news }
  for (const [name, cases] of Object.entries(topics)) describe(name, () => cases(fact))
}
