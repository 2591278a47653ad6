#!/usr/bin/env node
/** `rehearsal`: the toolkit on the command line. */
import { readFileSync } from 'node:fs'
import { NothingRunsError } from '../control/errors.ts'
import { tooOld } from '../driver/node-version.ts'
import { BadScheduleError } from '../errors.ts'
import { perhaps } from './closest.ts'
import { allCommands, commandNames, commandOf } from './commands.ts'
import { helpOf, overview, usageOf } from './help.ts'
import { endWhenUnread, goOnUnread } from './readers.ts'
import type { Spec } from './spec.ts'
import { read, UsageError } from './usage.ts'

/** Exit codes: see docs/cli.md. */
const FAILED = 1
const NOT_UNDERSTOOD = 2
const NOTHING_RUNS = 3

endWhenUnread()
const code = await main(process.argv.slice(2))
// A command may have a number of its own.
process.exitCode ??= code

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h', ''].includes(name)) return help(name, args[0])
  if (['version', '--version', '-V'].includes(name)) return say(process.stdout, `${version()}\n`, 0)
  const spec = await commandOf(name)
  if (!spec) return unknown(name)
  if (asksForHelp(args)) return help('help', name)
  const old = name === 'doctor' ? undefined : tooOld()
  if (old !== undefined) return say(process.stderr, `Cannot "${name}": ${old}\n`, FAILED)
  if (spec.goesOn) goOnUnread()
  try {
    return await spec.act(read(args, spec.options ?? {}))
  } catch (error) {
    return failed(error, name, spec)
  }
}

async function help(asked: string, name: string | undefined): Promise<number> {
  if (name === undefined) {
    const [stream, code] = asked === '' ? [process.stderr, NOT_UNDERSTOOD] : [process.stdout, 0]
    return say(stream, overview(await allCommands()), code)
  }
  const spec = await commandOf(name)
  return spec ? say(process.stdout, helpOf(name, spec), 0) : unknown(name)
}

async function unknown(name: string): Promise<number> {
  const text = `Cannot "${name}": unknown${perhaps(name, commandNames)}\n\n${overview(await allCommands())}`
  return say(process.stderr, text, NOT_UNDERSTOOD)
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).some((word) => word === '--help' || word === '-h')
}

function failed(error: unknown, name: string, spec: Spec): number {
  const message = `${error instanceof Error ? error.message : error}\n`
  if (error instanceof UsageError) {
    const more = `${usageOf(name, spec)}\n"rehearsal ${name} --help" tells more.\n`
    return say(process.stderr, `${message}\n${more}`, NOT_UNDERSTOOD)
  }
  if (error instanceof NothingRunsError) return say(process.stderr, message, NOTHING_RUNS)
  return say(process.stderr, message, error instanceof BadScheduleError ? NOT_UNDERSTOOD : FAILED)
}

function say(stream: NodeJS.WriteStream, text: string, code: number): number {
  stream.write(text)
  return code
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { readonly version: string }).version
}
