import { type Account, accountIn, accountVariables, groupIn } from '../contracts/accounts.ts'
import type { Command } from '../contracts/command.ts'
import { ProcessStartError } from '../errors.ts'

/** Who a process is to run as; nothing where it stays as we are. */
export interface Identity {
  readonly uid?: number
  readonly gid?: number
  /** The supplementary groups by id, or `'own'` for those that the machine lists for the user. */
  readonly groups?: readonly number[] | 'own'
  /** What is said of its account in variables, where it runs as somebody in particular. */
  readonly variables: Readonly<Record<string, string | false>>
}

/**
 * The ids of a command's user and groups, which may be given by name; a user given without a group brings its own.
 *
 * @throws ProcessStartError for a name that the machine does not know, and for an id whose group nobody knows.
 */
export function identityOf({ user, group, isolation }: Command, program: string): Identity {
  const { supplementaryGroups: groups } = isolation ?? {}
  if (user === undefined && group === undefined && groups === undefined) return { variables: {} }
  const account = user === undefined ? undefined : accountOf(user, program)
  const gid = group === undefined ? groupOf(account, program) : groupId(group, program)
  return {
    ...(account?.uid === undefined ? {} : { uid: account.uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(groups === undefined ? {} : { groups: groups === 'own' ? groups : groups.map((one) => groupId(one, program)) }),
    variables: account ? accountVariables(account) : {},
  }
}

// Nobody knows the home of an id without an account; it has not got ours.
function accountOf(user: string | number, program: string): Account {
  const account = accountIn(readTable('/etc/passwd'), user)
  if (account) return account
  if (typeof user === 'string') throw new ProcessStartError(program, 'EINVAL', { detail: `no user "${user}" here` })
  const gid = user === process.getuid?.() ? process.getgid?.() : undefined
  return { name: undefined, uid: user, gid, home: '/', shell: undefined }
}

// Without a group of its own a user would keep ours, which may be that of root.
function groupOf(account: Account | undefined, program: string): number | undefined {
  if (!account || account.gid !== undefined) return account?.gid
  const detail = `user ${account.uid} has no group here: say which it is to have`
  throw new ProcessStartError(program, 'EINVAL', { detail })
}

function groupId(group: string | number, program: string): number {
  const id = typeof group === 'number' ? group : groupIn(readTable('/etc/group'), group)
  if (id !== undefined) return id
  throw new ProcessStartError(program, 'EINVAL', { detail: `no group "${group}" here` })
}

function readTable(file: string): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
