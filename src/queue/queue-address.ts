import { StoreError } from '../store-error.ts'

/** Where a queue is: a server, and a name of its own there. */
export interface QueueAddress {
  readonly url: string
  readonly name: string
}

const NAME = 'rehearsal_queue'
const PARAMETER = 'queue'

/**
 * Reads an address, whose parameter `queue` may name the queue.
 *
 * @throws StoreError when it is no URL, of a server that nobody knows here, or the name is not plain.
 */
export function whereIs(address: string, given?: string): QueueAddress {
  const url = URL.parse(address)
  if (!url) throw new StoreError(address, 'expected a URL')
  const { protocol, searchParams } = url
  if (!/^(rediss?|postgres(ql)?):$/.test(protocol))
    throw new StoreError(
      address,
      `there is no store for "${protocol}": expected redis:, rediss:, postgres: or postgresql:`,
    )
  const name = given ?? searchParams.get(PARAMETER) ?? NAME
  if (!/^[a-z_]\w{0,40}$/.test(name))
    throw new StoreError(address, `"${name}" cannot be its name: expected a plain one`)
  searchParams.delete(PARAMETER)
  return { url: url.href, name }
}

/** The same place in one word, for other processes. */
export function addressOf({ url, name }: QueueAddress): string {
  if (name === NAME) return url
  const all = new URL(url)
  all.searchParams.set(PARAMETER, name)
  return all.href
}
