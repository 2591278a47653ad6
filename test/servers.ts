import { connect } from 'node:net'
import { describe } from 'vitest'

/** Where the servers are that tests need. In CI they must be there; elsewhere their tests are skipped, which is said. */
export const REDIS: string = process.env.REHEARSAL_REDIS_URL ?? 'redis://127.0.0.1:6379'
export const POSTGRES: string = process.env.REHEARSAL_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** `describe` for cases that need a server. */
export async function describeWith(address: string): Promise<typeof describe | typeof describe.skip> {
  if (process.env.CI || (await isReachable(address))) return describe
  console.log(`Skipped: no server at ${address}`)
  return describe.skip
}

function isReachable(address: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(address)
  const socket = connect(Number(port) || (protocol === 'redis:' ? 6379 : 5432), hostname)
  return new Promise((resolve) => {
    const end = (reachable: boolean) => {
      socket.destroy()
      resolve(reachable)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(2000, () => end(false))
  })
}
