import { resolve } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { Command } from '../contracts/command.ts'
import type { Files } from '../contracts/files.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { NotFakeableError } from '../errors.ts'
import { cagedFiles } from './caged-files.ts'
import { after } from './chance.ts'
import type { FakeProcess } from './fake-process.ts'
import { variablesOf } from './identity.ts'
import { Pace } from './pace.ts'

/** What a program reads: everything at once, or line by line. */
export interface ProgramInput extends AsyncIterable<string> {
  /** All of it, up to its end. */
  text(): Promise<string>
  /** The next line without its newline, or `undefined` at end-of-file. */
  line(): Promise<string | undefined>
}

/** What a program writes to. The promise waits for a reader that is behind. */
export interface ProgramOutput {
  /** Writes it, and waits while the reader is behind. */
  write(data: string | Uint8Array): Promise<void>
}

/** All that a program gets: the world of one process. */
export interface ProgramContext {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly pid: number
  /** Who it runs as, as its caller said it; nothing for whoever rehearses. */
  readonly user: string | number | undefined
  readonly group: string | number | undefined
  readonly stdin: ProgramInput
  readonly stdout: ProgramOutput
  readonly stderr: ProgramOutput
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>
  readonly files: Files
  /** Aborted when the process is ended from outside. */
  readonly signal: AbortSignal
}

/** A program that runs inside the rehearsal. What it gives in the end is what its process does then: the exit, mostly. */
export type Program = (context: ProgramContext) => Part | Promise<Part>

/** What a rehearsed command does: a scenario to play, or a program to run. */
export type Part = { readonly scenario: Scenario; readonly pid?: number } | { readonly program: Program }

/**
 * Runs a program as a process. Time stands still while it works on something of its own outside the rehearsal.
 *
 * @throws what the program throws at once: it is then as if it had not started. What it throws later reaches whoever waits.
 */
export function runProgram(process: FakeProcess, program: Program, command: Command): void {
  const abort = new AbortController()
  const pace = new Pace(process.clock, abort.signal)
  const part = pace.run(() => program(contextOf(process, command, pace, abort.signal)))
  process.onDeath(() => {
    pace.stop()
    abort.abort()
  })
  const play = (next: Part): void => {
    pace.stop()
    if ('program' in next) runProgram(process, next.program, command)
    else process.clock.schedule(() => process.perform(next.scenario), 0, 0)
  }
  if (!(part instanceof Promise)) return play(part)
  pace.begin()
  const fail = mayFail(process)
  part.then(play).catch((error: unknown) => {
    pace.stop()
    fail(error)
  })
}

/**
 * What a program does that knows it at once, for a caller that cannot wait.
 *
 * @throws NotFakeableError for a program that takes its time; what the program throws.
 */
export function answerOf(process: FakeProcess, program: Program, command: Command): Scenario {
  const abort = new AbortController()
  const pace = new Pace(process.clock, abort.signal)
  const part = pace.run(() => program(contextOf(process, command, pace, abort.signal)))
  if (!(part instanceof Promise)) return 'program' in part ? answerOf(process, part.program, command) : part.scenario
  part.catch(() => {})
  abort.abort()
  throw new NotFakeableError(
    `Cannot rehearse "${process.birth.text}" for a synchronous call: its rule is an asynchronous function`,
  )
}

// Who waits hears of the error first, and not of the end that it has.
function mayFail(process: FakeProcess): (error: unknown) => void {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  process.fault = promise
  return (error) => {
    resolve(error)
    after(2, () => process.receive('SIGKILL'))
  }
}

function contextOf(process: FakeProcess, command: Command, pace: Pace, signal: AbortSignal): ProgramContext {
  const line = async () => textOf(await pace.wait<Uint8Array | undefined>((done) => process.input.line(done)))
  const output = (stream: 'out' | 'err'): ProgramOutput => ({
    write: (data) => pace.wait((done) => process.write(stream, Buffer.from(data as string), () => done(undefined))),
  })
  return {
    args: typeof command.line === 'string' ? [] : command.line.slice(1),
    env: variablesOf(command, process.files),
    cwd: resolve(process.birth.cwd),
    pid: process.pid,
    stdin: {
      line,
      text: async () => Buffer.from(await pace.wait<Uint8Array>((done) => process.input.all(done))).toString(),
      async *[Symbol.asyncIterator]() {
        for (let next = await line(); next !== undefined; next = await line()) yield next
      },
    },
    stdout: output('out'),
    stderr: output('err'),
    clock: {
      now: () => process.clock.now(),
      monotonic: () => process.clock.monotonic(),
      sleep: (ms) => pace.wait((done) => void process.clock.sleep(ms, signal).then(done, () => {})),
    },
    files: process.birth.cage ? cagedFiles(process.files, process.birth.cage, process.birth.cwd) : process.files,
    user: command.user,
    group: command.group,
    signal,
  }
}

function textOf(line: Uint8Array | undefined): string | undefined {
  return (
    line &&
    Buffer.from(line)
      .toString()
      .replace(/\r?\n$/, '')
  )
}
