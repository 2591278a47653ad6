import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { StoreError } from '../store-error.ts'

/** What a store needs of Redis: a URL, or a client that the caller keeps and closes. */
export type RedisAddress = string | Redis

/** How long a command may wait for a server that does not answer, and how often it is sent again. */
const PATIENCE = 5000
const RETRIES = 1

/** What is said of a script that the server does not know, or has forgotten. It has done nothing then. */
const UNKNOWN = 'NOSCRIPT'
const GAVE_UP = 'MaxRetriesPerRequestError'

const names = new Map<string, string>()

/** A client of Redis, made when it is first needed. Scripts are sent once, by name. */
export class RedisLink {
  readonly name: string
  readonly #address: RedisAddress
  #client: Promise<Redis> | undefined
  #trouble: Error | undefined

  constructor(address: RedisAddress) {
    this.#address = address
    this.name = typeof address === 'string' ? withoutPassword(address) : 'redis'
  }

  /**
   * Sends one command.
   *
   * @throws StoreError when the server cannot be reached or refuses it.
   */
  async call(command: string, ...values: readonly (string | number)[]): Promise<unknown> {
    const client = await this.client()
    return client.call(command, ...values).catch((cause: unknown) => this.fail(cause))
  }

  /** Runs a script on keys, in one step for all who use the server. */
  async script(text: string, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    const client = await this.client()
    const sent = [keys.length, ...keys, ...values]
    try {
      return await client.call('EVALSHA', nameOf(text), ...sent)
    } catch (cause) {
      if (!(cause as Error).message.startsWith(UNKNOWN)) this.fail(cause)
      return this.call('EVAL', text, ...sent)
    }
  }

  /** The client itself. */
  client(): Promise<Redis> {
    this.#client ??= this.#connect()
    return this.#client
  }

  /** Closes a client that was made here. */
  async close(): Promise<void> {
    if (typeof this.#address === 'string') (await this.#client)?.disconnect()
  }

  async #connect(): Promise<Redis> {
    if (typeof this.#address !== 'string') return this.#address
    const { Redis } = await import('ioredis').catch((cause: unknown) => this.fail(cause))
    const client = new Redis(this.#address, {
      maxRetriesPerRequest: RETRIES,
      connectTimeout: PATIENCE,
      commandTimeout: PATIENCE,
    })
    // Each command that fails says so to its caller, but not always why.
    client.on('error', (trouble: Error) => {
      this.#trouble = trouble
    })
    return client
  }

  /** Says that this store could not be used. */
  fail(cause: unknown): never {
    const given = cause instanceof Error ? cause : new Error(String(cause))
    const { message } = given.name === GAVE_UP && this.#trouble ? this.#trouble : given
    throw new StoreError(this.name, message, { cause })
  }
}

// Redis calls a script by the SHA-1 of its text.
function nameOf(script: string): string {
  const name = names.get(script) ?? createHash('sha1').update(script).digest('hex')
  names.set(script, name)
  return name
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//')
}
