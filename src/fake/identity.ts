import { userInfo } from 'node:os'
import { type Account, accountIn, accountVariables } from '../contracts/accounts.ts'
import { type Command, environmentOf } from '../contracts/command.ts'
import type { Fact } from '../contracts/scenario.ts'
import { ProcessStartError } from '../errors.ts'
import type { MemoryFiles } from './memory-files.ts'

const PASSWD = '/etc/passwd'

/**
 * Refuses a user that is not in the rehearsal's `/etc/passwd`. Where its disk has none, every user is there.
 *
 * @throws ProcessStartError
 */
export function refuseUnknownUser({ user }: Command, name: string, disk: MemoryFiles | undefined): void {
  if (typeof user !== 'string' || !disk || accountIn(tableOn(disk) ?? `${user}:x:0:0`, user)) return
  throw new ProcessStartError(name, 'EINVAL', { detail: `no user "${user}" here` })
}

/** All variables of a rehearsed process: what it was given, what is said of its account, what is inherited. */
export function variablesOf(command: Command, disk: MemoryFiles): Readonly<Record<string, string>> {
  if (command.user === undefined) return environmentOf(command, process.env)
  const account = accountOf(command.user, disk)
  return environmentOf({ ...command, env: { ...accountVariables(account), ...command.env } }, process.env)
}

/** What a rehearsed process says of who it is. */
export function identityFact({ user, group, isolation }: Command, what: Fact, disk: MemoryFiles): string {
  const account = user === undefined ? undefined : accountOf(user, disk)
  if (what === 'user') return String(account ? (account.uid ?? user) : (process.getuid?.() ?? ''))
  if (what === 'group') return String(group ?? (account ? (account.gid ?? user) : (process.getgid?.() ?? '')))
  if (user === undefined && isolation?.supplementaryGroups === undefined) return ownGroups()
  const { supplementaryGroups: groups = [] } = isolation ?? {}
  const own = identityFact({ user, group } as Command, 'group', disk)
  return [...new Set([...(groups === 'own' ? [] : groups.map(String)), own])].join(' ')
}

function ownGroups(): string {
  return (process.getgroups?.() ?? []).join(' ')
}

function accountOf(user: string | number, disk: MemoryFiles): Account {
  const table = tableOn(disk)
  const known = table === undefined ? ourOwn(user) : accountIn(table, user)
  return known ?? madeUp(user)
}

function tableOn(disk: MemoryFiles): string | undefined {
  return disk.statNow(PASSWD) ? Buffer.from(disk.readNow(PASSWD)).toString() : undefined
}

function ourOwn(user: string | number): Account | undefined {
  const { username, uid, gid, homedir, shell } = userInfo()
  if (user !== username && user !== uid) return undefined
  return { name: username, uid, gid, home: homedir, shell: shell ?? undefined }
}

function madeUp(user: string | number): Account {
  if (typeof user === 'number') return { name: undefined, uid: user, gid: user, home: '/', shell: undefined }
  const home = user === 'root' ? '/root' : `/home/${user}`
  return { name: user, uid: user === 'root' ? 0 : undefined, gid: undefined, home, shell: '/bin/sh' }
}
