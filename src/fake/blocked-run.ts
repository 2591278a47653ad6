import type { BlockedCaller, FinishedCall } from '../contracts/at-once.ts'
import type { Command } from '../contracts/command.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { DeadlockError } from '../errors.ts'
import type { Birth } from './birth.ts'
import { BlockedClock } from './blocked-clock.ts'
import { BytePipe } from './byte-pipe.ts'
import { orderly } from './chance.ts'
import type { FakeProcess } from './fake-process.ts'
import { CALLER, Machine } from './machine.ts'
import { answerOf, type Part } from './program.ts'

/** One stream of output, read as it is written. */
interface Reading {
  readonly pipe: BytePipe
  readonly chunks: Uint8Array[]
}

/** A process that is born, lives and ends within one call, on a machine and a time of its own. */
export class BlockedRun {
  readonly #caller: BlockedCaller
  readonly #clock: BlockedClock
  readonly #machine: Machine
  readonly #child: FakeProcess
  readonly #command: Command
  readonly #out: Reading
  readonly #err: Reading
  #size = 0
  #cut: FinishedCall['cut']

  constructor(world: Machine, command: Command, caller: BlockedCaller) {
    this.#caller = caller
    this.#command = command
    this.#clock = new BlockedClock({ now: new Date(world.clock.now()), time: 'manual' })
    this.#machine = new Machine(this.#clock, orderly, world.files)
    this.#out = this.#read(new BytePipe())
    this.#err = this.#read(new BytePipe())
    this.#child = this.#machine.bear(this.#birth(), world.freePid())
  }

  /**
   * Plays the process to its end.
   *
   * @throws DeadlockError when it has none; NotFakeableError when it needs more than one call to answer.
   */
  play(part: Part): FinishedCall {
    const scenario = 'program' in part ? answerOf(this.#child, part.program, this.#command) : part.scenario
    const { timeout } = this.#caller
    if (timeout) this.#clock.schedule(() => this.#end('ETIMEDOUT'), timeout, 1)
    this.#child.perform(scenario)
    const ended = this.#clock.playUntil(() => this.#isOver())
    const exit = this.#child.ended
    this.#machine.endAll()
    if (!ended || !exit) throw this.#deadlock(scenario)
    const [out, err] = [Buffer.concat(this.#out.chunks), Buffer.concat(this.#err.chunks)]
    return { pid: this.#child.pid, exit, out, err, durationMs: this.#clock.monotonic(), cut: this.#cut }
  }

  #isOver(): boolean {
    return !this.#child.alive && (this.#cut !== undefined || (this.#out.pipe.ended && this.#err.pipe.ended))
  }

  #birth(): Birth {
    const { line, cwd = process.cwd(), stdin, stdout, stderr } = this.#command
    const input = stdin === 'pipe' ? new BytePipe() : undefined
    input?.fill(this.#caller.input)
    return {
      parent: CALLER,
      group: 'own',
      session: 'own',
      text: typeof line === 'string' ? line : line.join(' '),
      cwd,
      command: this.#command,
      stdin: input,
      stdout: stdout === 'pipe' ? this.#out.pipe : undefined,
      stderr: stderr === 'pipe' ? this.#err.pipe : undefined,
      ends: {},
    }
  }

  #read(pipe: BytePipe): Reading {
    const reading: Reading = { pipe, chunks: [] }
    pipe.onChange(() => {
      for (let bytes = pipe.read(); bytes; bytes = pipe.read()) this.#keep(reading, bytes)
    })
    return reading
  }

  // As in Node, the piece that does not fit is still kept, and none after it.
  #keep(reading: Reading, bytes: Uint8Array): void {
    if (this.#cut === 'ENOBUFS') return
    reading.chunks.push(bytes)
    this.#size += bytes.length
    if (this.#size > this.#caller.maxBuffer) this.#end('ENOBUFS')
  }

  #end(why: 'ETIMEDOUT' | 'ENOBUFS'): void {
    if (this.#cut || !this.#child.alive) return
    this.#cut = why
    this.#child.receive(this.#caller.killSignal)
  }

  #deadlock(scenario: Scenario): DeadlockError {
    const last = JSON.stringify(scenario.at(-1) ?? 'nothing')
    return new DeadlockError(
      `Cannot wait for "${this.#child.birth.text}" in a synchronous call: it never ends, its last step is ${last}`,
    )
  }
}
