import type { IsolationSpec } from './contracts/isolation.ts'
import { environmentParts, passedOn } from './isolation-environment.ts'
import { type IsolationOptions, isolationSpec } from './isolation-options.ts'
import type { Settings } from './settings.ts'

/** What an isolation changes of a pending process: who it runs as, where, with what, and the rest of its demands. */
export function isolationSettings(options: IsolationOptions, settings: Settings): Partial<Settings> {
  const { user, group, workingDirectory } = options
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(workingDirectory === undefined ? {} : { path: workingDirectory }),
    ...environmentSettings(options, settings),
    isolation: added(settings.isolation ?? {}, isolationSpec(options)),
  }
}

function environmentSettings({ environment }: IsolationOptions, settings: Settings): Partial<Settings> {
  if (environment === undefined) return {}
  const { from, variables } = environmentParts(environment)
  const env = Object.freeze({ ...settings.env, ...variables })
  if (from === 'inherit') return { env, environment: undefined }
  return { env, environment: (inherited) => passedOn(inherited, from) }
}

// What is demanded last counts, also that it is demanded and not only preferred.
function added(before: IsolationSpec, spec: IsolationSpec): IsolationSpec {
  const kept = (before.prefer ?? []).filter((demand) => !(demand in spec))
  const prefer = [...kept, ...(spec.prefer ?? [])]
  return Object.freeze({ ...before, ...spec, prefer: Object.freeze(prefer) })
}
