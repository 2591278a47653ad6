import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type * as Library from '../../../src/index.ts'
import type * as Options from '../groups/options.ts'
import type * as GroupSystem from '../groups/system.ts'
import type * as Successors from '../successors.ts'
import { type Mutant, mutants } from './mutants.ts'

const ROOT = new URL('../../../', import.meta.url).href
const MARK = /\?mutant=(\d+)$/

/** All that a simulation needs, loaded anew with one thing changed. */
export interface Changed {
  readonly Process: typeof Library.Process
  readonly system: Library.System<typeof Library.Process>
  readonly options: Library.SimulationOptions
}

/** Loads the sources once more, with the change of a mutant: whatever of this project a marked module imports is marked too. */
export async function withMutant(index: number): Promise<Changed> {
  const load = (file: string): Promise<unknown> => import(`${ROOT}${file}?mutant=${index}`)
  const { Process } = (await load('src/index.ts')) as typeof Library
  if (mutants[index]?.of === 'successors') {
    const { options, successorSystem } = (await load('test/simulation/successors.ts')) as typeof Successors
    return { Process, options, system: successorSystem }
  }
  const { options } = (await load('test/simulation/groups/options.ts')) as typeof Options
  const { groupSystem } = (await load('test/simulation/groups/system.ts')) as typeof GroupSystem
  return { Process, options, system: groupSystem }
}

/**
 * The text of a mutated file.
 *
 * @throws Error when what is to be changed is not there, exactly once.
 */
export function changed({ name, file, from, to }: Mutant, text: string): string {
  const found = text.split(from).length - 1
  if (found !== 1) throw new Error(`Cannot make the mutant that ${name}: ${file} has its place ${found} times`)
  return text.replace(from, () => to)
}

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const mark = MARK.exec(context.parentURL ?? '')
    return mark && isOurs(resolved.url) ? { ...resolved, url: `${resolved.url}${mark[0]}` } : resolved
  },
  load(url, context, next) {
    const loaded = next(url.replace(MARK, ''), context)
    const mutant = mutants[Number(MARK.exec(url)?.[1])]
    if (!mutant || !url.startsWith(`${ROOT}src/${mutant.file}?`)) return loaded
    const source = changed(mutant, readFileSync(fileURLToPath(url.replace(MARK, '')), 'utf8'))
    return next(`data:text/typescript,${encodeURIComponent(source)}`, context)
  },
})

function isOurs(url: string): boolean {
  return url.startsWith(ROOT) && !url.includes('/node_modules/') && !MARK.test(url)
}
