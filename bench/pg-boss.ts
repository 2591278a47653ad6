// A peer that is no dependency of the library, as far as it is used here: loaded by name, as those in peers.ts are.

interface PgBoss {
  on(name: 'error', listener: (error: unknown) => void): unknown
  start(): Promise<unknown>
  createQueue(name: string): Promise<unknown>
  send(name: string, data: object): Promise<string | null>
  fetch(name: string): Promise<readonly { readonly id: string }[]>
  complete(name: string, id: string): Promise<unknown>
  stop(options: { readonly graceful: boolean }): Promise<unknown>
}

type Make = new (options: {
  readonly connectionString: string
  readonly schema: string
  readonly supervise: boolean
  readonly schedule: boolean
}) => PgBoss

const name = 'pg-boss'
export const pgBoss: Make = ((await import(name)) as { readonly PgBoss: Make }).PgBoss
