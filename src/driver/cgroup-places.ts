import { join } from 'node:path'
import { findTool, whyNotRun } from './tools.ts'

/** A folder in which cgroups can be made, and what a group in it can do. */
export interface CgroupPlace {
  readonly folder: string
  readonly unified: boolean
  /** Its files were written, and a process joined it. */
  readonly memory: boolean
  readonly processes: boolean
}

/**
 * Where cgroups can be made: those given, or below our own in each hierarchy that is mounted. Each is tried, by making a
 * group, joining it and taking it away again: which version it is says little.
 */
export function findCgroupPlaces(given: string | false | undefined): readonly CgroupPlace[] {
  if (given === false || process.platform !== 'linux') return []
  const found = given === undefined ? ownFolders() : [{ folder: given, unified: isUnified(given) }]
  return found.map(tried).filter((place) => place !== undefined)
}

/** A name for a group of ours. Whose it is can be told from it, also when that process is long gone. */
export function cgroupName(number: number | 'probe'): string {
  return `rehearsal-${process.pid}-${number}`
}

type Folder = Pick<CgroupPlace, 'folder' | 'unified'>

function tried({ folder, unified }: Folder): CgroupPlace | undefined {
  const fs = process.getBuiltinModule('node:fs')
  const group = join(folder, cgroupName('probe'))
  try {
    fs.mkdirSync(group)
    const join_ = [findTool('sh') ?? 'sh', '-c', 'echo 0 > "$0"', join(group, 'cgroup.procs')]
    if (whyNotRun(join_) !== undefined) return undefined
    const memory = isWritable(join(group, unified ? 'memory.max' : 'memory.limit_in_bytes'), unified ? 'max' : '-1')
    return { folder, unified, memory, processes: isWritable(join(group, 'pids.max'), 'max') }
  } catch {
    return undefined
  } finally {
    remove(group)
  }
}

function remove(group: string): void {
  try {
    process.getBuiltinModule('node:fs').rmdirSync(group)
  } catch {
    // It was never made, or is given up.
  }
}

function isWritable(file: string, value: string): boolean {
  const fs = process.getBuiltinModule('node:fs')
  try {
    if (!fs.existsSync(file)) return false
    fs.writeFileSync(file, value)
    return true
  } catch {
    return false
  }
}

function isUnified(folder: string): boolean {
  return process.getBuiltinModule('node:fs').existsSync(join(folder, 'cgroup.controllers'))
}

/** Our own group in each hierarchy of use, as `/proc` tells it (cgroups(7)). */
function ownFolders(): Folder[] {
  const mounts = lines('/proc/self/mountinfo').map(readMount)
  return lines('/proc/self/cgroup').flatMap((line) => {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    const unified = controllers === ''
    if (!unified && !/(^|,)(memory|pids)(,|$)/.test(controllers)) return []
    const mount = mounts.find(({ type, options }) =>
      unified ? type === 'cgroup2' : type === 'cgroup' && controllers.split(',').every((one) => options.includes(one)),
    )
    return mount ? [{ folder: within(mount, path), unified }] : []
  })
}

interface Mount {
  readonly root: string
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
}

function readMount(line: string): Mount {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , root = '/', point = '/'] = before.split(' ')
  const [type = '', , options = ''] = after.split(' ')
  return { root, point, type, options: options.split(',') }
}

// Within a container the path may be told from a root that is mounted nowhere in it.
function within({ root, point }: Mount, path: string): string {
  const below = join(point, root !== '/' && path.startsWith(root) ? path.slice(root.length) : path)
  return process.getBuiltinModule('node:fs').existsSync(below) ? below : point
}

function lines(file: string): string[] {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}
