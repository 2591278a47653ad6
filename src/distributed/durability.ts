import type { PostgresLink } from './postgres-link.ts'
import type { RedisLink } from './redis-link.ts'

/** What a Redis would lose of what it has taken. */
export async function redisDurability(link: RedisLink): Promise<string[]> {
  const [appends, policy] = await Promise.all([setting(link, 'appendonly'), setting(link, 'maxmemory-policy')])
  const dangers: string[] = []
  if (appends === undefined)
    dangers.push('it does not tell whether it writes to disk what it takes (CONFIG is refused)')
  else if (appends !== 'yes')
    dangers.push('without "appendonly yes" everything since the last snapshot is lost when the server stops')
  if (policy !== undefined && policy !== 'noeviction')
    dangers.push(`with "maxmemory-policy ${policy}" jobs are thrown away when memory is short: it must be "noeviction"`)
  return dangers
}

/** What a PostgreSQL would lose of what it has taken. */
export async function postgresDurability(link: PostgresLink): Promise<string[]> {
  const [row] = await link.rows(
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`,
  )
  const dangers: string[] = []
  if (row?.fsync === 'off') dangers.push('with "fsync = off" a power failure may destroy everything')
  if (row?.commit === 'off')
    dangers.push('with "synchronous_commit = off" the last jobs are lost when the server crashes')
  return dangers
}

// Servers that others run refuse to tell.
async function setting(link: RedisLink, name: string): Promise<string | undefined> {
  const client = await link.client()
  await client.ping().catch((cause: unknown) => link.fail(cause))
  const answer = (await client.call('CONFIG', 'GET', name).catch(() => [])) as string[]
  return answer[1]
}
