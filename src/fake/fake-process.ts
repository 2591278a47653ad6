import type { Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { defaultAction, type Signal } from '../contracts/signals.ts'
import type { Birth } from './birth.ts'
import type { BytePipe } from './byte-pipe.ts'
import { after } from './chance.ts'
import { Input } from './input.ts'
import type { Loopback } from './loopback.ts'
import type { Machine } from './machine.ts'
import type { MemoryFiles } from './memory-files.ts'
import { Output, type Stream } from './output.ts'
import { Player } from './player.ts'
import { type Reaction, SignalTable } from './signal-table.ts'
import { Usage } from './usage.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** A process of the rehearsal's machine: streams, signals and a state, with a player or a program that acts in it. */
export class FakeProcess implements Handle {
  readonly pid: number
  /** Tells it from others that had, or will have, the same pid. */
  readonly serial: number
  readonly clock: VirtualClock
  readonly input: Input
  readonly birth: Birth
  readonly group: number
  readonly session: number
  /** The serial of whoever founded its group. */
  readonly founder: number
  readonly exit: Promise<Exit>
  /** Resolves with the error of its program, where that may fail. */
  fault: Promise<unknown> | undefined
  /** How many bytes it has written by now. */
  written = 0
  /** How it ended, once it has. */
  ended: Exit | undefined
  readonly #machine: Machine
  readonly #startedAt: number
  // Most processes of a rehearsal write a little and end: what the others need is made when they do.
  #usage: Usage | undefined
  #signals: SignalTable | undefined
  #players: Player[] = []
  readonly #output: Output
  #resolveExit: (exit: Exit) => void = () => {}
  #onDeath: () => void = () => {}
  #paused: (() => void)[] = []
  /** How slowly it goes on after it has written: what its reader does meanwhile may come first. */
  #slack: number | undefined
  #stopped = false

  constructor(machine: Machine, { pid, serial }: { readonly pid: number; readonly serial: number }, birth: Birth) {
    this.#machine = machine
    this.pid = pid
    this.serial = serial
    this.birth = birth
    this.clock = machine.clock
    this.group = birth.group === 'own' ? pid : birth.group
    this.session = birth.session === 'own' ? pid : birth.session
    this.founder = birth.founder ?? serial
    this.#startedAt = this.clock.monotonic()
    this.input = new Input(birth.stdin, this, machine.chance)
    this.exit = new Promise((resolve) => {
      this.#resolveExit = resolve
    })
    this.#output = new Output(this, birth.stdout, birth.stderr)
  }

  get stdin(): Sink | undefined {
    return this.birth.ends.stdin
  }

  get stdout(): Source | undefined {
    return this.birth.ends.stdout
  }

  get stderr(): Source | undefined {
    return this.birth.ends.stderr
  }

  get files(): MemoryFiles {
    return this.#machine.files
  }

  get net(): Loopback {
    return this.#machine.net
  }

  get alive(): boolean {
    return this.ended === undefined
  }

  get stopped(): boolean {
    return this.alive && this.#stopped
  }

  /** Plays a scenario to its end; running off the list is an exit with 0. */
  perform(scenario: Scenario): void {
    this.#play(scenario, () => this.end({ code: 0, signal: null }))
  }

  /** Performs steps beside its own. */
  performBeside(steps: Scenario): void {
    this.#play(steps, () => {})
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    return this.#machine.kill(this, signal, whom)
  }

  survivors(): Promise<readonly number[]> {
    return Promise.resolve(this.#machine.family(this).flatMap(({ alive, pid }) => (alive ? [pid] : [])))
  }

  /** A signal arrives. */
  receive(signal: Signal): void {
    if (!this.alive) return
    if (signal === 'SIGKILL') this.end({ code: null, signal })
    else if (signal === 'SIGCONT') this.#continue()
    else if (this.#stopped) this.#signalTable.hold(signal)
    else this.#obey(signal)
  }

  /** From now on, `signal` does this. */
  handle(signal: Signal, reaction: Reaction): void {
    this.#signalTable.handle(signal, reaction)
  }

  /** Dies of a signal by its own doing, whatever it does about that signal from outside. */
  dieOf(signal: Signal): void {
    this.end({ code: null, signal })
  }

  /** Whether it may act now. A stopped process calls `again` when it goes on. */
  canAct(again: () => void): boolean {
    if (this.alive && this.#stopped && !this.#paused.includes(again)) this.#paused.push(again)
    return this.alive && !this.#stopped
  }

  /** Writes to one of its streams and calls back when it is in the pipe. A stream it does not have takes everything. */
  write(stream: Stream, bytes: Uint8Array, done: () => void): void {
    if (!this.canAct(() => this.write(stream, bytes, done))) return
    this.written += bytes.length
    const pipe = this.pipe(stream)
    if (!pipe) return done()
    this.#machine.fate?.wrote(this, stream, bytes)
    const written = (accepted: boolean): void => {
      // Of all signals this one comes within the write that it is about.
      if (!accepted) this.#obey('SIGPIPE', 0)
      done()
    }
    this.#slack ??= this.#machine.chance.hops()
    pipe.write(this, bytes, (accepted) => after(this.#slack ?? 0, () => written(accepted)))
  }

  closeStream(stream: 'in' | Stream): void {
    if (stream === 'in') return this.input.close()
    // Its other steps go on: what they wait to write is lost with the stream.
    for (const write of this.#output.close(stream)) if (this.alive) write.done(true)
  }

  /** What it writes to, unless it has closed that or never had it. */
  pipe(stream: Stream): BytePipe | undefined {
    return this.#output.pipe(stream)
  }

  use(usage: { memory?: number; cpu?: number }): void {
    this.levels.change(this.age, usage)
  }

  /** Starts a child, if it may. */
  fork(scenario: Scenario, options: { detached?: boolean; quiet?: boolean }): boolean {
    return this.#machine.fork(this, scenario, options)
  }

  /** Calls back at the end of the process, before anybody else hears of it. */
  onDeath(action: () => void): void {
    this.#onDeath = action
  }

  /** The process is over: nothing of it acts any more, its streams close, and its exit is known. */
  end(exit: Exit): void {
    if (!this.alive) return
    this.ended = exit
    this.#usage?.end(this.age)
    for (const player of this.#players) player.stop()
    this.#onDeath()
    this.input.abandon()
    this.closeStream('out')
    this.closeStream('err')
    this.birth.cage?.leave(this)
    this.#machine.died(this, () => this.#resolveExit(exit))
  }

  /** How many of its own streams are open. */
  get openStreams(): number {
    return (this.input.closed ? 0 : 1) + this.#output.open
  }

  /** What it uses. */
  get levels(): Usage {
    this.#usage ??= new Usage((level) => this.birth.cage?.uses(this, level))
    return this.#usage
  }

  /** Milliseconds since its start. */
  get age(): number {
    return this.clock.monotonic() - this.#startedAt
  }

  get #signalTable(): SignalTable {
    this.#signals ??= new SignalTable()
    return this.#signals
  }

  #play(steps: Scenario, over: () => void): void {
    const player = new Player(this, steps, () => {
      this.#players = this.#players.filter((other) => other !== player)
      over()
    })
    this.#players.push(player)
    player.play()
  }

  #obey(signal: Signal, hops: number = this.#machine.chance.hops()): void {
    const reaction = this.#signals?.reactionTo(signal)
    if (reaction && signal !== 'SIGSTOP') return this.#react(reaction, hops)
    // The other signals that stop are for a shell that could let it go on: nobody of this session is one (setpgid(2)).
    if (signal === 'SIGSTOP') this.#freeze(true)
    else if (defaultAction(signal) === 'die') this.end({ code: null, signal })
  }

  // A program hears of a signal when it gets round to it: what its main steps can do at once may come first.
  #react(reaction: Reaction, hops: number): void {
    if (reaction === 'ignore') return
    const heard = this.#signalTable.promise(reaction)
    after(hops, () => this.alive && this.#play(heard(), () => {}))
  }

  #freeze(stopped: boolean): void {
    this.#stopped = stopped
    this.levels.freeze(this.age, stopped)
  }

  #continue(): void {
    this.#freeze(false)
    // A machine hands over the signals that waited before the program itself runs again.
    for (const signal of this.#signals?.release() ?? []) this.#obey(signal)
    for (const again of this.#paused.splice(0)) again()
    this.#obey('SIGCONT')
  }
}
