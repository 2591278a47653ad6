/** What the package needs of Node, as in its `engines`. */
const NEEDED = [22, 13] as const

/** Why nothing can be run on this version of Node, where that is so. */
export function tooOld(version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const recent = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
  return recent ? undefined : `Node ${NEEDED.join('.')} or newer is needed, and this is ${version}`
}
