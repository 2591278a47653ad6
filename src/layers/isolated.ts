import type { AtOnce } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Driver } from '../contracts/driver.ts'
import { type Isolation, type IsolationSpec, insistedOn, type SoftHard } from '../contracts/isolation.ts'
import { environmentParts, OF_ACCOUNT, passedOn } from '../isolation-environment.ts'
import { IsolationError } from '../isolation-error.ts'
import { type Isolating, type IsolationOptions, isolationOptions, isolationSpec } from '../isolation-options.ts'

/**
 * A driver around a driver: everything that is started through it is kept apart as `isolation` says. What a command demands
 * itself is met as well; where both say something, the stricter one holds, and the user and group are those of the layer.
 *
 * @throws TypeError for an isolation that means nothing.
 * @example createProcess({ driver: isolated(new SystemDriver(), { user: 'www-data', limits: { memory: '512MB' } }) })
 */
export function isolated(inner: Driver, isolation: IsolationOptions | Isolating): Driver {
  const options = isolationOptions(isolation)
  const spec = isolationSpec(options)
  const apply = (command: Command): Command => isolate(command, options, spec)
  return {
    capabilities: inner.capabilities,
    clock: inner.clock,
    random: inner.random,
    files: inner.files,
    processes: inner.processes,
    net: inner.net,
    stateFolder: inner.stateFolder,
    isolation: inner.isolation && planning(inner.isolation, apply),
    atOnce: inner.atOnce && isolatedAtOnce(inner.atOnce, apply),
    start(command) {
      const isolated = apply(command)
      if (inner.isolation || insistedOn(isolated.isolation).length === 0) return inner.start(isolated)
      return Promise.reject(IsolationError.ofDriver(programOf(command)))
    },
    joint: () => inner.joint(),
    close: () => inner.close(),
  }
}

function programOf({ line }: Command): string {
  return typeof line === 'string' ? line : String(line[0])
}

function planning(inner: Isolation, apply: (command: Command) => Command): Isolation {
  return { capabilities: () => inner.capabilities(), plan: (command) => inner.plan(apply(command)) }
}

function isolatedAtOnce(inner: AtOnce, apply: (command: Command) => Command): AtOnce {
  return {
    start: (command, caller) => inner.start(apply(command), caller),
    run: (command, caller) => inner.run(apply(command), caller),
  }
}

function isolate(command: Command, options: IsolationOptions, spec: IsolationSpec): Command {
  const { user = command.user, workingDirectory } = options
  // A user brings its own group.
  const group = options.group ?? (options.user === undefined ? command.group : undefined)
  return Object.freeze({
    ...command,
    ...environmentFor(command, options),
    cwd: command.cwd ?? workingDirectory,
    user,
    group,
    isolation: stricter(command.isolation ?? {}, spec),
  })
}

function environmentFor(
  command: Command,
  { environment, user }: IsolationOptions,
): Pick<Command, 'env' | 'inheritEnv'> {
  if (environment === undefined) return command
  const { from, variables } = environmentParts(environment)
  const env = { ...variables, ...command.env }
  if (from === 'inherit' || !command.inheritEnv) return { env, inheritEnv: command.inheritEnv }
  const { env: inherited } = process
  const names = Object.keys(passedOn(inherited, from))
  const kept = names.filter((name) => user === undefined || !OF_ACCOUNT.includes(name))
  return {
    env: { ...Object.fromEntries(kept.map((name) => [name, inherited[name] ?? false])), ...env },
    inheritEnv: false,
  }
}

/** Both together: of two limits the lower one, of two files views what may be written in either of them. */
function stricter(one: IsolationSpec, other: IsolationSpec): IsolationSpec {
  const both: Record<string, unknown> = { ...one, ...other }
  for (const name of ['cpuTime', 'openFiles', 'processes', 'fileSize', 'core'] as const) {
    const [a, b] = [one[name], other[name]]
    if (a && b) both[name] = lower(a, b)
  }
  if (one.memory !== undefined && other.memory !== undefined) both.memory = Math.min(one.memory, other.memory)
  if (one.umask !== undefined && other.umask !== undefined) both.umask = one.umask | other.umask
  if (one.nice !== undefined && other.nice !== undefined) both.nice = Math.max(one.nice, other.nice)
  for (const name of ['noNewPrivileges', 'dieWithParent', 'wholeTree', 'privateNetwork'] as const) {
    if (one[name] || other[name]) both[name] = true
  }
  if (one.readOnly && other.readOnly)
    both.readOnly = { writable: common(one.readOnly.writable, other.readOnly.writable) }
  return Object.freeze({ ...both, ...preferred(one, other) }) as IsolationSpec
}

function lower(a: SoftHard, b: SoftHard): SoftHard {
  const hard = Math.min(a.hard, b.hard)
  return { soft: Math.min(a.soft, b.soft, hard), hard }
}

function common(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const within = (path: string, folders: readonly string[]): boolean =>
    folders.some((folder) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`))
  return [...new Set([...ours.filter((path) => within(path, theirs)), ...theirs.filter((path) => within(path, ours))])]
}

/** A demand is preferred when nobody insists on it. */
function preferred(one: IsolationSpec, other: IsolationSpec): Pick<IsolationSpec, 'prefer'> {
  const insists = ({ prefer = [], ...demands }: IsolationSpec, demand: string): boolean =>
    demand in demands && !prefer.some((name) => name === demand)
  const all = [...(one.prefer ?? []), ...(other.prefer ?? [])]
  return { prefer: all.filter((demand) => !insists(one, demand) && !insists(other, demand)) }
}
