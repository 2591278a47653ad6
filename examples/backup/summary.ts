import { relative } from 'node:path'
import type { Report } from './backup.ts'

/** A report as people read it. */
export function summaryOf({ folder, source, archive, size, pruned, steps }: Report): string {
  const removed = pruned.removed.length
  const facts = [
    ['archive', shortPath(archive)],
    ['files', String(source.files)],
    ['size', `${humanSize(source.size)}, packed ${humanSize(size)} (${share(size, source.size)})`],
    ['checked', `${source.entries} of ${source.entries} entries found (files, folders and links)`],
    ['kept', `${plural(pruned.kept, 'archive')}${removed > 0 ? `, ${plural(removed, 'old one')} removed` : ''}`],
  ] as const
  const total = { name: 'total', ms: steps.reduce((sum, { ms }) => sum + ms, 0) }
  const times = [...steps, total].map(({ name, ms }) => [name, humanTime(ms)] as const)
  return `Backed up ${folder}\n\n${table(facts)}\n${table(alignedRight(times))}`
}

type Row = readonly [name: string, value: string]

function table(rows: readonly Row[]): string {
  return rows.map(([name, value]) => `  ${name.padEnd(9)}${value}\n`).join('')
}

function alignedRight(rows: readonly Row[]): Row[] {
  const width = Math.max(...rows.map(([, value]) => value.length))
  return rows.map(([name, value]) => [name, value.padStart(width)])
}

function shortPath(path: string): string {
  const short = relative('', path)
  return short.startsWith('..') ? path : short
}

function humanSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), units.length - 1)
  return `${rounded(bytes / 1024 ** power, power > 0)} ${units[power]}`
}

function humanTime(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${rounded(ms / 1000, true)} s` : `${rounded(ms / 60_000, true)} min`
}

function rounded(number: number, exact: boolean): string {
  return exact && number < 99.95 ? number.toFixed(1) : String(Math.round(number))
}

function share(part: number, whole: number): string {
  return part < whole ? `${Math.round((100 * part) / whole)} %` : 'no smaller'
}

function plural(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
