/** A user of a machine. */
export interface Account {
  /** Absent for an id that no account is kept for. */
  readonly name: string | undefined
  readonly uid: number | undefined
  readonly gid: number | undefined
  readonly home: string
  readonly shell: string | undefined
}

/** The account of a user, by name or id, in the text of a passwd(5) table. */
export function accountIn(passwd: string, user: string | number): Account | undefined {
  const [name, , uid, gid, , home = '/', shell = '/bin/sh'] = entryIn(passwd, user) ?? []
  return uid === undefined ? undefined : { name, uid: Number(uid), gid: Number(gid), home, shell }
}

/** The id of a group, by its name, in the text of a group(5) table. */
export function groupIn(table: string, group: string): number | undefined {
  const id = entryIn(table, group)?.[2]
  return id === undefined ? undefined : Number(id)
}

/** What a process is told of the account that it runs as, and of no other one. */
export function accountVariables({ name, home, shell }: Account): Readonly<Record<string, string | false>> {
  return { HOME: home, USER: name ?? false, LOGNAME: name ?? false, SHELL: shell ?? false, MAIL: false }
}

function entryIn(table: string, who: string | number): readonly string[] | undefined {
  const entries = table.split('\n').map((line) => line.split(':'))
  return entries.find(([name, , id]) => (typeof who === 'number' ? id === String(who) : name === who))
}
