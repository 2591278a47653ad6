import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Finding } from './hunt.ts'
import { expect, judge, rehearse, type Toolkit } from './judge.ts'
import type { Mutant } from './mutants.ts'
import { isSame } from './trace.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Slow rehearsals that are looked at before a broken one counts as caught. */
const PATIENCE = 40

/**
 * Loads the sources once more with one piece of them replaced, and calls back with what they make.
 *
 * @throws Error when the piece is not there exactly once: the mutant has to follow the code.
 */
export async function withMutant<T>(
  { name, file, from, to }: Mutant,
  act: (toolkit: Toolkit) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-mutant-'))
  try {
    cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true })
    cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    const path = join(folder, 'src', file)
    const pieces = readFileSync(path, 'utf8').split(from)
    if (pieces.length !== 2) throw new Error(`Cannot break "${name}": ${file} has ${pieces.length - 1} of ${from}`)
    writeFileSync(path, pieces.join(to))
    return await act((await import(pathToFileURL(join(folder, 'src', 'index.ts')).href)) as Toolkit)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Which case catches a broken rehearsal: the first of which it cannot show what was really seen. `undefined` when none does.
 * What happened really is known by then, so nothing is performed again.
 */
export async function caughtBy(toolkit: Toolkit, findings: readonly Finding[]): Promise<number | undefined> {
  for (const { index, piece, real, kinds } of findings) {
    // Most cases have nothing to do with what is broken: one look is enough for them.
    if (kinds[0] !== 'same' || isSame(await rehearse(piece, toolkit, 0, 0), real)) continue
    const expected = await expect(piece, toolkit)
    if ((await judge(piece, toolkit, { real, expected, patience: PATIENCE })) === 'diverged') return index
  }
  return undefined
}
