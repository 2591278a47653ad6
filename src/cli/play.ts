import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandText } from '../command.ts'
import { createProcess } from '../process.ts'
import type { RecordedRun } from '../recording/run.ts'
import { Symbols } from '../recording/symbols.ts'
import { wasPlayed } from './claims.ts'
import { type Spec, text } from './spec.ts'
import { runsIn } from './tapes.ts'
import { type Line, only } from './usage.ts'

const STAND_IN = fileURLToPath(new URL(`../cli/stand-in${import.meta.url.slice(-3)}`, import.meta.url))

/**
 * `rehearsal play <cassette>`: makes a folder of programs that do what was recorded. With a command, runs that with the folder
 * on PATH and takes the folder away again; without one, prints where it is.
 */
export const play: Spec = {
  about: 'put programs on PATH that do what was recorded, for one command or until the folder is removed',
  subject: '<cassette> [-- <command…>]',
  options: { into: text('<folder>', 'where to put them: a new folder unless given') },
  goesOn: true,
  act: playCassette,
}

async function playCassette(line: Line): Promise<number> {
  const cassette = resolve(only(line, 'cassette'))
  const runs = runsIn(cassette)
  const into = line.values.into
  const folder = typeof into === 'string' ? resolve(into) : mkdtempSync(join(tmpdir(), 'rehearsal-play-'))
  install(runs, cassette, folder)
  if (line.command.length > 0) return perform(line.command, folder, runs, into === undefined)
  process.stdout.write(`${folder}\n`)
  return 0
}

function install(runs: readonly RecordedRun[], cassette: string, folder: string): void {
  const state = join(folder, '.played')
  rmSync(state, { recursive: true, force: true })
  mkdirSync(state, { recursive: true, mode: 0o700 })
  for (const name of programsIn(runs)) {
    const words = [process.execPath, STAND_IN, cassette, state, process.cwd(), name]
    const file = join(folder, name)
    writeFileSync(file, `#!/bin/sh\nexec ${commandText(words)} "$@"\n`)
    chmodSync(file, 0o755)
  }
  const texts = runs.filter(({ run }) => typeof run === 'string')
  for (const { run } of texts)
    process.stderr.write(`rehearsal: nothing stands in for the text "${run}": it names no program\n`)
}

function programsIn(runs: readonly RecordedRun[]): readonly string[] {
  const symbols = new Symbols()
  const programs = runs.flatMap(({ run }) => (typeof run === 'string' ? [] : [basename(symbols.expand(run[0] ?? ''))]))
  return [...new Set(programs)]
}

async function perform(
  command: readonly string[],
  folder: string,
  runs: readonly RecordedRun[],
  isOurs: boolean,
): Promise<number> {
  try {
    const path = `${folder}${delimiter}${process.env.PATH ?? ''}`
    const result = await createProcess().env({ PATH: path }).forever().tty().run(command)
    const unused = runs.filter(
      ({ run }, index) => typeof run !== 'string' && !wasPlayed(join(folder, '.played'), index),
    )
    for (const { run } of unused) process.stderr.write(`rehearsal: nobody ran ${commandText(run)}\n`)
    return result.exitCode() ?? 1
  } finally {
    if (isOurs) rmSync(folder, { recursive: true, force: true })
  }
}
