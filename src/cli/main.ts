#!/usr/bin/env node
/** `rehearsal`: the toolkit on the command line. */
import { BadScheduleError } from '../errors.ts'
import { doctor } from './doctor.ts'
import { exportCast } from './export.ts'
import { importCast } from './import.ts'
import { play } from './play.ts'
import { queue } from './queue.ts'
import { record } from './record.ts'
import { replay } from './replay.ts'
import { run } from './run.ts'
import { schedule } from './schedule.ts'
import { up } from './up.ts'
import { UsageError } from './usage.ts'

const USAGE = `rehearsal run [--timeout 5m] [--idle-timeout 30s] [--cwd <folder>] [--user <name>] [--memory 1GB] [--open-files n] [--log <file>] [--report <file>] [--json] -- <command…>   run a command within limits
rehearsal up [--report <file>] [<config>]                 bring up what rehearsal.config.ts or a Procfile says, and look after it
rehearsal doctor [--json]                                 what works on this machine, and what is missing
rehearsal record [-o <cassette>] [--add] -- <command…>   run a command and record it
rehearsal replay <cassette> [--fast] [-- <command…>]      show what was recorded
rehearsal play <cassette> [--into <folder>] [-- <command…>]  put programs on PATH that do what was recorded
rehearsal export <cassette> [-- <command…>]               one run as an asciicast, version 3
rehearsal import <asciicast> -o <cassette> -- <command…>  an asciicast, version 3, as a recording
rehearsal schedule list | next | run | work | test | pause | resume | history   see when things are due, or let them run
rehearsal queue push [--queue <name>] [--id <id>] [--unique] [--delay 1h] [--priority n] [--tries n] [--backoff 10s,1m] [--timeout 5m] [--idle-timeout 30s] [--cwd <folder>] [--store <file or server>] -- <command…>   let a command wait for a worker
rehearsal queue work [--queue a,b] [--concurrency n] [--once] [--stop-when-empty] [--max-jobs n] [--max-time 1h] [--memory 256MB] [--rest 1s] [--lease 30s] [--store <file or server>] [--json]   do what waits
rehearsal queue status | list | failed | retry <id>|all | cancel <id> | forget <id> | flush [--age 7d] | prune [--age 7d] | clear | pause | resume [--queue <name>] [--store <file or server>] [--json]   see to what waits, runs and is over
`

type Command = (args: readonly string[]) => Promise<number>

const COMMANDS: Readonly<Record<string, Command>> = {
  run,
  up,
  doctor: (args) => doctor(args, (text) => process.stdout.write(text)),
  record,
  replay,
  play,
  export: exportCast,
  import: importCast,
  queue: async (args) => ((await queue(args, (text) => process.stdout.write(text))) ? 0 : 1),
  schedule: async (args) => ((await schedule(args, (text) => process.stdout.write(text))) ? 0 : 1),
}

const code = await main(process.argv.slice(2))
// A command may have a number of its own.
process.exitCode ??= code

/** The exit code: 0 when all went well, 1 when not, 2 for what was not understood. */
async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return say(process.stdout, USAGE, 0)
  try {
    if (!Object.hasOwn(COMMANDS, name))
      throw new UsageError(name === '' ? 'Nothing to do' : `Cannot "${name}": unknown`)
    return await (COMMANDS[name] as Command)(args)
  } catch (error) {
    const message = `${error instanceof Error ? error.message : error}\n`
    if (error instanceof UsageError) return say(process.stderr, `${message}\n${usageOf(name)}`, 2)
    return say(process.stderr, message, error instanceof BadScheduleError ? 2 : 1)
  }
}

function say(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text)
  return code
}

/** How a command may be asked for; how all of them may, when there is none of that name. */
function usageOf(name: string): string {
  const lines = USAGE.split('\n').filter((line) => line.startsWith(`rehearsal ${name} `))
  return lines.length > 0 ? `${lines.join('\n')}\n` : USAGE
}
