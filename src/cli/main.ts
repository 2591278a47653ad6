#!/usr/bin/env node
/** `rehearsal`: the toolkit on the command line. */
import { exportCast } from './export.ts'
import { importCast } from './import.ts'
import { play } from './play.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { UsageError } from './usage.ts'

const USAGE = `rehearsal record [-o <cassette>] [--add] -- <command…>   run a command and record it
rehearsal replay <cassette> [--fast] [-- <command…>]      show what was recorded
rehearsal play <cassette> [--into <folder>] [-- <command…>]  put programs on PATH that do what was recorded
rehearsal export <cassette> [-- <command…>]               one run as an asciicast, version 3
rehearsal import <asciicast> -o <cassette> -- <command…>  an asciicast, version 3, as a recording
`

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  record,
  replay,
  play,
  export: exportCast,
  import: importCast,
}

process.exitCode = await main(process.argv.slice(2))

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  try {
    if (command) return await command(args)
    process.stderr.write(USAGE)
    return ['', 'help', '--help', '-h'].includes(name) ? 0 : 2
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    if (error instanceof UsageError) process.stderr.write(`\n${USAGE}`)
    return error instanceof UsageError ? 2 : 1
  }
}
