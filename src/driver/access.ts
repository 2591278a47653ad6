import { dirname } from 'node:path'
import { ProcessStartError } from '../errors.ts'
import type { Identity } from './identity.ts'

/**
 * Refuses a program or a folder that its user may not use: the system looks at neither with that user's eyes before it has
 * become somebody else, and says then what nobody could tell from the program's own words. Where no folder was asked for the
 * program begins in ours, which the system lets it do whether or not it might enter it by itself.
 *
 * @throws ProcessStartError `EACCES`
 */
export function refuseWhatIsClosed(program: string, path: string, cwd: string | undefined, identity: Identity): void {
  if (identity.uid === undefined || identity.uid === process.getuid?.() || identity.uid === 0) return
  if (cwd !== undefined && !mayPass(cwd, identity)) throw ProcessStartError.inFolder(program, cwd, 'EACCES')
  if (!mayPass(dirname(path), identity) || !mayExecute(path, identity)) throw new ProcessStartError(program, 'EACCES')
}

function mayPass(folder: string, identity: Identity): boolean {
  if (!mayExecute(folder, identity)) return false
  return dirname(folder) === folder || mayPass(dirname(folder), identity)
}

function mayExecute(path: string, { uid, gid, groups = [] }: Identity): boolean {
  const { mode, uid: owner, gid: group } = process.getBuiltinModule('node:fs').statSync(path)
  if (owner === uid) return (mode & 0o100) !== 0
  // Which groups a user has of its own is known to nobody here: they get the benefit of the doubt.
  if (group === gid || groups === 'own' || groups.includes(group)) return (mode & 0o110) !== 0 || (mode & 0o001) !== 0
  return (mode & 0o001) !== 0
}
