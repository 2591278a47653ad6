import type { Demand } from '../contracts/isolation.ts'
import { type CgroupPlace, findCgroupPlaces } from './cgroup-places.ts'
import { findTool, whyNotRun } from './tools.ts'

/** The tools that isolation stands on. */
export type Tool = 'bwrap' | 'env' | 'nice' | 'prlimit' | 'setpriv' | 'sh' | 'unshare'

const PACKAGES: Readonly<Record<Tool, string>> = {
  bwrap: 'bubblewrap',
  env: 'coreutils',
  nice: 'coreutils',
  prlimit: 'util-linux',
  setpriv: 'util-linux',
  sh: 'a shell',
  unshare: 'util-linux',
}

/** Whoever stands in front of the program ignores what is sent to all of its group, so that the program alone answers. */
export const UNMOVED: readonly string[] = ['--ignore-signal=HUP,INT,QUIT,USR1,USR2,PIPE,ALRM,TERM,VTALRM,PROF,IO']
/** A process-id namespace: its first process ends with us, and everything in it ends with its first process. */
export const PID_NAMESPACE: readonly string[] = ['--fork', '--pid', '--kill-child=KILL', '--mount-proc']

/** What this machine can do. Each thing is looked at once, when it is first asked for. */
export class IsolationProbe {
  readonly root: boolean = process.getuid?.() === 0
  readonly #cgroup: string | false | undefined
  readonly #answers = new Map<string, unknown>()

  constructor(cgroup: string | false | undefined) {
    this.#cgroup = cgroup
  }

  /** The path of a tool; its bare name where it is not installed, which `lacks` tells. */
  tool(name: Tool): string {
    return this.#once(name, () => findTool(name)) ?? name
  }

  /** The first of these tools that is not installed, as a reason. */
  lacks(...names: readonly Tool[]): string | undefined {
    const missing = names.find((name) => this.#once(name, () => findTool(name)) === undefined)
    return missing && `${missing} is not installed (${PACKAGES[missing]})`
  }

  /** Where cgroups can be made. */
  get cgroups(): readonly CgroupPlace[] {
    return this.#once('cgroups', () => findCgroupPlaces(this.#cgroup))
  }

  /** How to ask for a namespace without being root. */
  get asUser(): readonly string[] {
    return this.root ? [] : ['--user', '--map-current-user']
  }

  /** Why no process-id namespace can be had. */
  get noPidNamespace(): string | undefined {
    return this.#tried('pid', ['env', 'unshare', 'sh'], () => [
      ...[this.tool('env'), ...UNMOVED, this.tool('unshare'), ...this.asUser, ...PID_NAMESPACE],
      ...[this.tool('env'), '--default-signal', this.tool('sh'), '-c', ':'],
    ])
  }

  /** Why `unshare` gives no network namespace. */
  get noNetNamespace(): string | undefined {
    return this.#tried('net', ['unshare', 'sh'], () => [
      ...[this.tool('unshare'), ...this.asUser, '--net', this.tool('sh'), '-c', ':'],
    ])
  }

  /** Why bubblewrap does not work. */
  get noBubblewrap(): string | undefined {
    return this.#tried('bubblewrap', ['bwrap', 'sh', 'env'], () => [
      ...[this.tool('bwrap'), '--ro-bind', '/', '/', '--dev', '/dev', '--unshare-net', '--'],
      ...[this.tool('env'), '--default-signal', this.tool('sh'), '-c', ':'],
    ])
  }

  /** Why a demand cannot be met on this machine, whoever asks. */
  whyNot(demand: Demand): string | undefined {
    if (process.platform === 'win32')
      return demand === 'memory' ? undefined : 'Windows has no such thing that Node could ask for'
    if (demand === 'memory') return undefined
    if (demand === 'user') return this.root ? undefined : 'only root may run as somebody else'
    if (demand === 'nice') return this.lacks('nice')
    if (demand === 'umask') return this.lacks('sh')
    if (process.platform !== 'linux') return 'only Linux has the tools for it'
    return this.#whyNotOnLinux(demand)
  }

  #whyNotOnLinux(demand: Demand): string | undefined {
    switch (demand) {
      case 'supplementaryGroups':
        return this.root ? this.lacks('setpriv') : 'only root may change groups'
      case 'noNewPrivileges':
        return this.lacks('setpriv')
      case 'dieWithParent':
        return this.lacks('setpriv', 'sh') ?? this.noPidNamespace
      case 'wholeTree':
        return this.cgroups.length > 0 ? undefined : this.#withoutCgroup(this.noPidNamespace)
      case 'privateNetwork':
        return this.noNetNamespace === undefined ? undefined : this.noBubblewrap && this.noNetNamespace
      case 'readOnly':
        return this.noBubblewrap
      case 'processes':
        return this.cgroups.some(({ processes }) => processes) ? undefined : this.lacks('prlimit')
      default:
        return this.lacks('prlimit')
    }
  }

  #withoutCgroup(reason: string | undefined): string | undefined {
    return reason && `no cgroup is writable, and ${reason}`
  }

  #tried(name: string, tools: readonly Tool[], command: () => readonly string[]): string | undefined {
    return this.#once(`try ${name}`, () => this.lacks(...tools) ?? whyNotRun(command()))
  }

  #once<T>(name: string, look: () => T): T {
    if (!this.#answers.has(name)) this.#answers.set(name, look())
    return this.#answers.get(name) as T
  }
}
