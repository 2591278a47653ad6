import { readFileSync } from 'node:fs'
import type { Command } from '../contracts/command.ts'
import { ProcessStartError } from '../errors.ts'

/** The ids that a process is to run with. */
export interface Identity {
  readonly uid?: number
  readonly gid?: number
}

/**
 * The ids of a command's user and group, which may be given by name; a user given without a group brings its own.
 *
 * @throws ProcessStartError for a name that the machine does not know.
 */
export function identityOf({ user, group }: Command, program: string): Identity {
  if (user === undefined && group === undefined) return {}
  const account = user === undefined ? undefined : lookUp('/etc/passwd', user)
  const uid = idOf(user, account?.[2], `user "${user}"`, program)
  const gid = group === undefined ? numberOf(account?.[3]) : idOf(group, groupId(group), `group "${group}"`, program)
  return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) }
}

function idOf(asked: string | number | undefined, found: string | undefined, what: string, program: string) {
  if (asked === undefined || typeof asked === 'number') return asked
  const id = numberOf(found)
  if (id === undefined) throw new ProcessStartError(program, 'EINVAL', { detail: `no ${what} here` })
  return id
}

function groupId(group: string | number): string | undefined {
  return lookUp('/etc/group', group)?.[2]
}

/** The fields of an entry, by its name or id. */
function lookUp(file: string, who: string | number): readonly string[] | undefined {
  const entries = readTable(file).map((line) => line.split(':'))
  return entries.find(([name, , id]) => (typeof who === 'number' ? id === String(who) : name === who))
}

function readTable(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

function numberOf(id: string | undefined): number | undefined {
  return id === undefined || id === '' ? undefined : Number(id)
}
