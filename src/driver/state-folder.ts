import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'

/**
 * The folder for what outlives a process: one for each project of each user. A project is the nearest folder, from the one that
 * we are in upwards, with a package.json; or just the one that we are in. Nothing is made of it here.
 *
 * @example stateFolder() // /home/ada/.local/state/rehearsal/shop-5f2a91c0
 */
export function stateFolder(): string {
  const project = projectAround(process.cwd())
  const { createHash } = process.getBuiltinModule('node:crypto')
  const mark = createHash('sha256').update(project).digest('hex').slice(0, 8)
  return join(stateHome(), 'rehearsal', `${basename(project)}-${mark}`)
}

/** Where the programs of a user keep their state, by the custom of each system. */
function stateHome(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env
  if (XDG_STATE_HOME?.startsWith('/')) return XDG_STATE_HOME
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local')
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Application Support')
    : join(homedir(), '.local', 'state')
}

function projectAround(start: string): string {
  const { existsSync } = process.getBuiltinModule('node:fs')
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return start
  }
}
