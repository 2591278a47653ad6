/** What Stryker writes, as far as it is read here: the schema of mutation-testing-report. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[]; readonly source: string }>>
}

interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: Place; readonly end: Place }
}

interface Place {
  readonly line: number
  readonly column: number
}

const NOTICED: readonly string[] = ['Killed', 'Timeout', 'RuntimeError']
const LEFT_OUT: readonly string[] = ['Ignored', 'CompileError']

/** A line for each file, and one for all of them. */
export function scoresOf({ files }: Report): string {
  const rows = Object.entries(files).map(([path, { mutants }]) => ({ path, ...counted(mutants) }))
  const all = { path: 'all', ...counted(Object.values(files).flatMap(({ mutants }) => mutants)) }
  return [...rows, all].map(({ path, noticed, of }) => `${shareOf(noticed, of)} ${noticed}/${of} ${path}`).join('\n')
}

/** What nobody noticed: the line as it is, and what stood in its place. */
export function survivorsOf({ files }: Report): string {
  return Object.entries(files)
    .flatMap(([path, { mutants, source }]) => {
      const lines = source.split('\n')
      return mutants.filter(({ status }) => survived(status)).map((mutant) => told(path, lines, mutant))
    })
    .join('\n')
}

function counted(mutants: readonly Mutant[]): { noticed: number; of: number } {
  const tried = mutants.filter(({ status }) => !LEFT_OUT.includes(status))
  return { noticed: tried.filter(({ status }) => NOTICED.includes(status)).length, of: tried.length }
}

function survived(status: string): boolean {
  return !NOTICED.includes(status) && !LEFT_OUT.includes(status)
}

function shareOf(noticed: number, of: number): string {
  return of === 0 ? '      -' : `${((100 * noticed) / of).toFixed(1).padStart(5)} %`
}

function told(path: string, lines: readonly string[], { location, mutatorName, replacement, status }: Mutant): string {
  const { start } = location
  const place = `${path}:${start.line}:${start.column} ${mutatorName}${status === 'Survived' ? '' : ` (${status})`}`
  return `${place}\n  - ${lines[start.line - 1]?.trim()}\n  + ${replacement ?? ''}`
}
