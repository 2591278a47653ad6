import { basename } from 'node:path'

/** What the name of a file says that was put aside. */
export interface Aside {
  readonly name: string
  /** The log that it was. */
  readonly of: string
  /** When it was put aside, in milliseconds since the epoch. */
  readonly at: number
  /** Its number: the order in which files were put aside, whatever the clock said. */
  readonly number: number
  readonly compressed: boolean
}

/** The path for a log that is put aside: `app.log.20260131T235959Z.7`. */
export function asideName(path: string, now: number, number: number): string {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
  return `${path}.${date}.${number}`
}

/** The number after the highest one that is in use for a log. */
export function nextNumber(path: string, names: readonly string[]): number {
  const numbers = names.map((name) => parseAside(name)).filter((aside) => aside?.of === basename(path))
  return Math.max(0, ...numbers.map((aside) => aside?.number ?? 0)) + 1
}

/** What a name says of a file that was put aside; `undefined` for any other name. */
export function parseAside(name: string): Aside | undefined {
  const [, of, year, month, day, hour, minute, second, number, gz] = ASIDE.exec(name) ?? []
  if (of === undefined) return undefined
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? undefined : { name, of, at, number: Number(number), compressed: gz !== undefined }
}

const ASIDE = /^(.+)\.(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.(\d{1,15})(\.gz)?$/

/** The path of the log of one process. */
export function pathFor(template: string, { name, pid }: { name: string; pid: number }): string {
  return template.replaceAll('{name}', safe(name)).replaceAll('{pid}', String(pid))
}

/** What the names of the logs of a template look like. */
export function patternOf(template: string): RegExp {
  const literal = basename(template).replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replaceAll('{name}', '[\\w.-]+').replaceAll('{pid}', '\\d+')}$`)
}

// A name may be anything, and must lead nowhere else.
function safe(name: string): string {
  return (
    name
      .replace(/[^\w.-]+/g, '_')
      .replace(/^\.+/, '_')
      .slice(0, 100) || '_'
  )
}
