import { getPriority } from 'node:os'
import { join } from 'node:path'
import type { Demand, IsolationSpec, SoftHard } from '../contracts/isolation.ts'
import type { PlannedCgroup } from './cgroup-plan.ts'
import type { Identity } from './identity.ts'
import { type IsolationProbe, PID_NAMESPACE, UNMOVED } from './isolation-probe.ts'

/** What stands before a program, and what follows from it. */
export interface Wrappers {
  readonly argv: readonly string[]
  /** The same without the groups that it joins, to be tried. */
  readonly trial: readonly string[]
  /** Whether something stays in front of the program, and has its pid. */
  readonly fronted: boolean
  /** Whether they change who it is, so that the system need not. */
  readonly identify: boolean
}

/**
 * The wrappers that meet the demands which no cgroup serves, in an order in which each still has the rights it needs: what
 * dies with us, what may take rights, what is put around the program, and last what gives rights up.
 */
export function wrappersFor(
  spec: IsolationSpec,
  identity: Identity,
  { cgroups, served }: { readonly cgroups: readonly PlannedCgroup[]; readonly served: readonly Demand[] },
  probe: IsolationProbe,
): Wrappers {
  const inNamespace = spec.dieWithParent === true || (spec.wholeTree === true && !served.includes('wholeTree'))
  const boxed = spec.readOnly !== undefined || (spec.privateNetwork === true && probe.noNetNamespace !== undefined)
  const fronted = inNamespace || boxed
  const before = [...parentWrapper(spec, probe), ...niceWrapper(spec, probe), ...limitWrapper(spec, served, probe)]
  const around = [
    ...(fronted ? unmoved(probe) : []),
    ...(inNamespace ? namespaceWrapper(probe) : []),
    ...(spec.privateNetwork && !boxed ? [probe.tool('unshare'), ...probe.asUser, '--net', '--'] : []),
    ...(boxed ? boxWrapper(spec, probe) : []),
    ...(fronted ? [probe.tool('env'), '--default-signal'] : []),
  ]
  const joining = shellWrapper(spec, cgroups, probe)
  const isWrapped = before.length + joining.length + around.length > 0
  const rights = rightsWrapper(spec, identity, isWrapped, probe)
  return {
    argv: [...before, ...joining, ...around, ...rights],
    trial: [...before, ...shellWrapper(spec, [], probe), ...around, ...rights],
    fronted,
    identify: rights.length > 0,
  }
}

// The parent may be gone by the time that its death is asked for.
function parentWrapper({ dieWithParent }: IsolationSpec, probe: IsolationProbe): string[] {
  if (!dieWithParent) return []
  const check = '[ "$PPID" = "$0" ] || kill -9 $$; exec "$@"'
  return [probe.tool('setpriv'), '--pdeathsig', 'KILL', '--', probe.tool('sh'), '-c', check, String(process.pid)]
}

function niceWrapper({ nice }: IsolationSpec, probe: IsolationProbe): string[] {
  return nice === undefined ? [] : [probe.tool('nice'), '-n', String(nice - getPriority())]
}

const RESOURCES = { cpuTime: 'cpu', openFiles: 'nofile', processes: 'nproc', fileSize: 'fsize', core: 'core' } as const

function limitWrapper(spec: IsolationSpec, served: readonly Demand[], probe: IsolationProbe): string[] {
  const limits = Object.entries(RESOURCES).flatMap(([demand, resource]) => {
    const limit = spec[demand as keyof typeof RESOURCES] as SoftHard | undefined
    return limit && !served.includes(demand as Demand) ? [`--${resource}=${limit.soft}:${limit.hard}`] : []
  })
  return limits.length === 0 ? [] : [probe.tool('prlimit'), ...limits]
}

function shellWrapper({ umask }: IsolationSpec, cgroups: readonly PlannedCgroup[], probe: IsolationProbe): string[] {
  if (umask === undefined && cgroups.length === 0) return []
  const joins = cgroups.map(() => 'echo 0 > "$1" || exit 126; shift; ')
  const mask = umask === undefined ? '' : `umask ${umask.toString(8).padStart(3, '0')}; `
  const files = cgroups.map(({ folder }) => join(folder, 'cgroup.procs'))
  return [probe.tool('sh'), '-c', `${joins.join('')}${mask}exec "$@"`, 'sh', ...files]
}

function namespaceWrapper(probe: IsolationProbe): string[] {
  // The first process of a namespace hears no signal that it does not ask for: it waits, says nothing, and tells the exit code.
  const first = [probe.tool('sh'), '-c', 'exec 9>&2 2>/dev/null; "$@"; exit $?', 'sh']
  const second = [probe.tool('sh'), '-c', 'exec "$@" 2>&9 9>&-', 'sh']
  return [probe.tool('unshare'), ...probe.asUser, ...PID_NAMESPACE, '--', ...first, ...second]
}

function boxWrapper({ readOnly, privateNetwork }: IsolationSpec, probe: IsolationProbe): string[] {
  const view = readOnly ? ['--ro-bind', '/', '/', '--dev', '/dev'] : ['--dev-bind', '/', '/']
  const writable = (readOnly?.writable ?? []).flatMap((folder) => ['--bind', folder, folder])
  return [probe.tool('bwrap'), ...view, ...writable, ...(privateNetwork ? ['--unshare-net'] : []), '--']
}

/** Gives up rights, last of all: who it is, its groups, what it could gain. */
function rightsWrapper(spec: IsolationSpec, identity: Identity, wrapped: boolean, probe: IsolationProbe): string[] {
  const { uid, gid, groups } = identity
  const changes = probe.root && (uid !== undefined || gid !== undefined)
  const needed = spec.noNewPrivileges || groups !== undefined || (changes && wrapped)
  if (!needed) return []
  const ids = [...(uid === undefined ? [] : [`--reuid=${uid}`]), ...(gid === undefined ? [] : [`--regid=${gid}`])]
  const rights = spec.noNewPrivileges ? ['--no-new-privs', '--inh-caps=-all'] : []
  const all = [...(changes ? ids : []), ...groupArguments(identity, changes), ...rights]
  return all.length === 0 ? [] : [probe.tool('setpriv'), ...all, '--']
}

function groupArguments({ uid, groups }: Identity, changes: boolean): string[] {
  if (groups === 'own') return uid === undefined ? [] : ['--init-groups']
  if (groups === undefined) return changes ? ['--clear-groups'] : []
  return groups.length === 0 ? ['--clear-groups'] : [`--groups=${groups.join(',')}`]
}

function unmoved(probe: IsolationProbe): string[] {
  return [probe.tool('env'), ...UNMOVED]
}
