import { createRequire } from 'node:module'
import { NotFakeableError } from '../errors.ts'

/**
 * Loads a package that rehearsals alone need, at its first use.
 *
 * @throws NotFakeableError when it is not found, as from a bundle that was moved away from its packages.
 */
export function loadPackage<Package>(name: string, purpose: string): Package {
  const here = place()
  try {
    return createRequire(here)(name) as Package
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'MODULE_NOT_FOUND') throw cause
    const state = `${purpose} need the package "${name}", which is not found from ${here}`
    throw new NotFakeableError(
      `Cannot rehearse: ${state}. If this is a bundle, keep "rehearsal" external in it; else install the package`,
      { cause },
    )
  }
}

// In a bundle that is CommonJS no module has a URL.
function place(): string {
  return (import.meta.url as string | undefined) ?? __filename
}
