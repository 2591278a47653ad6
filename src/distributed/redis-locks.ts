import type { Locks } from '../contracts/locks.ts'
import type { RedisLink } from './redis-link.ts'

const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`

/** Locks among all who use the same Redis. Their leases run by its clock. */
export class RedisLocks implements Locks {
  readonly #link: RedisLink
  readonly #prefix: string

  constructor(link: RedisLink, prefix: string) {
    this.#link = link
    this.#prefix = `${prefix}lock:`
  }

  async acquire(lock: string, lease: number): Promise<string | undefined> {
    const token = crypto.randomUUID()
    const taken = await this.#link.call('SET', this.#prefix + lock, token, 'NX', 'PX', Math.ceil(lease))
    return taken === 'OK' ? token : undefined
  }

  async renew(lock: string, token: string, lease: number): Promise<boolean> {
    return (await this.#link.script(RENEW, [this.#prefix + lock], [token, Math.ceil(lease)])) === 1
  }

  async release(lock: string, token: string): Promise<boolean> {
    return (await this.#link.script(RELEASE, [this.#prefix + lock], [token])) === 1
  }
}
