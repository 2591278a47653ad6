import { environmentOf } from '../contracts/command.ts'
import type { Exit, Handle, Sink, Source } from '../contracts/driver.ts'
import type { ProcessRow, ProcessUsage } from '../contracts/process-table.ts'
import type { Scenario } from '../contracts/scenario.ts'
import { defaultAction, type Signal } from '../contracts/signals.ts'
import type { Birth } from './birth.ts'
import type { BytePipe } from './byte-pipe.ts'
import { after } from './chance.ts'
import { Input } from './input.ts'
import type { Machine } from './machine.ts'
import type { MemoryFiles } from './memory-files.ts'
import { Player } from './player.ts'
import { type Reaction, SignalTable } from './signal-table.ts'
import { Usage } from './usage.ts'
import type { VirtualClock } from './virtual-clock.ts'

type Stream = 'out' | 'err'

/** A process of the rehearsal's machine: streams, signals and a state, with a player or a program that acts in it. */
export class FakeProcess implements Handle {
  readonly pid: number
  readonly clock: VirtualClock
  readonly input: Input
  readonly birth: Birth
  readonly group: number
  readonly session: number
  readonly exit: Promise<Exit>
  /** Resolves with the error of its program, where that may fail. */
  fault: Promise<unknown> | undefined
  /** How it ended, once it has. */
  ended: Exit | undefined
  readonly #machine: Machine
  readonly #startedAt: number
  // Most processes of a rehearsal write a little and end: what the others need is made when they do.
  #usage: Usage | undefined
  #signals: SignalTable | undefined
  #players: Player[] = []
  readonly #closed = { out: false, err: false }
  #resolveExit: (exit: Exit) => void = () => {}
  #onDeath: () => void = () => {}
  #paused: (() => void)[] = []
  #alive = true
  #stopped = false

  constructor(machine: Machine, pid: number, birth: Birth) {
    this.#machine = machine
    this.pid = pid
    this.birth = birth
    this.clock = machine.clock
    this.group = birth.group === 'own' ? pid : birth.group
    this.session = birth.session === 'own' ? pid : birth.session
    this.#startedAt = this.clock.monotonic()
    this.input = new Input(birth.stdin, this, machine.chance)
    this.exit = new Promise((resolve) => {
      this.#resolveExit = resolve
    })
    birth.stdout?.addWriter()
    birth.stderr?.addWriter()
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

  /** Its variables. */
  get env(): Readonly<Record<string, string>> {
    return environmentOf(this.birth.command, process.env)
  }

  get alive(): boolean {
    return this.#alive
  }

  /** Plays a scenario to its end; running off the list is an exit with 0. */
  perform(scenario: Scenario): void {
    this.#play(scenario, () => this.end({ code: 0, signal: null }))
  }

  kill(signal: Signal, whom: 'process' | 'group'): boolean {
    return whom === 'group' ? this.#machine.signalGroup(this.group, signal) : this.receive(signal)
  }

  survivors(): Promise<readonly number[]> {
    return Promise.resolve(this.#machine.members(this.group).map(({ pid }) => pid))
  }

  /** A signal arrives. Says whether there was anybody to receive it. */
  receive(signal: Signal): boolean {
    if (!this.#alive) return false
    if (signal === 'SIGKILL') this.end({ code: null, signal })
    else if (signal === 'SIGCONT') this.#continue()
    else if (this.#stopped) this.#hold(signal)
    else this.#obey(signal)
    return true
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
    if (this.#alive && this.#stopped && !this.#paused.includes(again)) this.#paused.push(again)
    return this.#alive && !this.#stopped
  }

  /** Writes to one of its streams and calls back when it is in the pipe. A stream it does not have takes everything. */
  write(stream: Stream, bytes: Uint8Array, done: () => void): void {
    if (!this.canAct(() => this.write(stream, bytes, done))) return
    const pipe = this.pipe(stream)
    if (!pipe) return done()
    let waited = false
    const written = (accepted: boolean): void => {
      if (!accepted) this.#obey('SIGPIPE')
      done()
    }
    // A writer that waited takes a moment to wake up: what its reader does right afterwards may come first.
    pipe.write(this, bytes, (accepted) => after(waited ? this.#machine.chance.hops() : 0, () => written(accepted)))
    waited = true
  }

  closeStream(stream: 'in' | Stream): void {
    if (stream === 'in') return this.input.close()
    const pipe = this.pipe(stream)
    this.#closed[stream] = true
    const waiting = pipe?.removeWriter(this) ?? []
    // Its other steps go on: what they wait to write is lost with the stream.
    if (this.#alive) for (const write of waiting) write.done(true)
  }

  /** What it writes to, unless it has closed that or never had it. */
  pipe(stream: Stream): BytePipe | undefined {
    if (this.#closed[stream]) return undefined
    return stream === 'out' ? this.birth.stdout : this.birth.stderr
  }

  use(usage: { memory?: number; cpu?: number }): void {
    this.#levels.change(this.#age, usage)
  }

  fork(scenario: Scenario, options: { detached?: boolean; quiet?: boolean }): void {
    this.#machine.fork(this, scenario, options)
  }

  /** Calls back at the end of the process, before anybody else hears of it. */
  onDeath(action: () => void): void {
    this.#onDeath = action
  }

  /** The process is over: nothing of it acts any more, its streams close, and its exit is known. */
  end(exit: Exit): void {
    if (!this.#alive) return
    this.#alive = false
    this.ended = exit
    for (const player of this.#players) player.stop()
    this.#onDeath()
    this.input.abandon()
    this.closeStream('out')
    this.closeStream('err')
    this.#machine.bury(this)
    this.#machine.parent(this)?.receive('SIGCHLD')
    after(this.#machine.chance.hops(), () => this.#resolveExit(exit))
  }

  row(): ProcessRow {
    return {
      pid: this.pid,
      parent: this.#machine.parentOf(this),
      group: this.group,
      session: this.session,
      state: this.#stopped ? 'stopped' : 'running',
      startedAt: this.pid,
      command: this.birth.text,
    }
  }

  usage(): ProcessUsage {
    return this.#levels.look(this.#age)
  }

  get #signalTable(): SignalTable {
    this.#signals ??= new SignalTable()
    return this.#signals
  }

  get #levels(): Usage {
    this.#usage ??= new Usage()
    return this.#usage
  }

  get #age(): number {
    return this.clock.monotonic() - this.#startedAt
  }

  #play(steps: Scenario, over: () => void): void {
    const player = new Player(this, steps, () => {
      this.#players = this.#players.filter((other) => other !== player)
      over()
    })
    this.#players.push(player)
    player.play()
  }

  #obey(signal: Signal): void {
    const reaction = this.#signals?.reactionTo(signal)
    if (reaction === 'ignore' && signal !== 'SIGSTOP') return
    if (reaction && reaction !== 'ignore') return this.#play(reaction, () => {})
    // The other signals that stop are for a shell that could let it go on: nobody of this session is one (setpgid(2)).
    if (signal === 'SIGSTOP') this.#freeze(true)
    else if (defaultAction(signal) === 'die') this.end({ code: null, signal })
  }

  // What would stop it is forgotten when it goes on.
  #hold(signal: Signal): void {
    if (defaultAction(signal) !== 'stop') this.#signalTable.hold(signal)
  }

  #freeze(stopped: boolean): void {
    this.#stopped = stopped
    this.#levels.freeze(this.#age, stopped)
  }

  #continue(): void {
    this.#freeze(false)
    // A machine hands over the signals that waited before the program itself runs again.
    for (const signal of this.#signals?.release() ?? []) this.#obey(signal)
    for (const again of this.#paused.splice(0)) again()
    const reaction = this.#signals?.reactionTo('SIGCONT')
    if (this.#alive && reaction && reaction !== 'ignore') this.#play(reaction, () => {})
  }
}
