/** A rehearsal that is wrong on purpose: one piece of its source, and what stands in its place. */
export interface Mutant {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
}

const PROCESS = 'fake/fake-process.ts'
const MACHINE = 'fake/machine.ts'
const PLAYER = 'fake/player.ts'
const INPUT = 'fake/input.ts'
const STREAMS = 'fake/streams.ts'
const PIPE = 'fake/byte-pipe.ts'

/** What a rehearsal could get wrong. Each of these has to be caught within the few cases of `npm test`. */
export const mutants: readonly Mutant[] = [
  { name: 'a broken pipe kills nobody', file: PROCESS, from: "if (!accepted) this.#obey('SIGPIPE', 0)", to: '' },
  {
    name: 'a caller that closes a stream is not noticed',
    file: STREAMS,
    from: 'this.#pipe.closeReader()\n    this.#onBytes',
    to: 'this.#onBytes',
  },
  { name: 'a caller cannot hold output back', file: STREAMS, from: 'this.#paused = true', to: '' },
  {
    name: 'the end of an input is lost',
    file: STREAMS,
    from: 'if (this.#writing === 0) this.#pipe.removeWriter(this)',
    to: '',
  },
  {
    name: 'an input ends before what was written last',
    file: STREAMS,
    from: 'if (this.#writing === 0) this.#pipe',
    to: 'this.#pipe',
  },
  {
    name: 'a last line without a newline is lost',
    file: INPUT,
    from: 'const bytes = this.#take(count || this.#rest.length)',
    to: 'const bytes = this.#take(count)',
  },
  {
    name: 'a stdin that a program has closed takes what is written',
    file: INPUT,
    from: 'this.#pipe?.closeReader()\n    this.#serve()',
    to: 'this.#serve()',
  },
  { name: 'a line is read with all that follows', file: INPUT, from: 'held.indexOf(NEWLINE) + 1', to: 'held.length' },
  { name: 'a pipe takes everything', file: PIPE, from: 'CAPACITY = 65_536', to: 'CAPACITY = 2 ** 40' },
  {
    name: 'a reader that goes leaves its writers waiting',
    file: PIPE,
    from: 'for (const write of this.#blocked.splice(0)) write.done(false)',
    to: '',
  },
  {
    name: 'a stopped process goes on',
    file: PROCESS,
    from: 'return this.alive && !this.#stopped\n',
    to: 'return this.alive\n',
  },
  {
    name: 'a stopped process obeys at once',
    file: PROCESS,
    from: 'else if (this.#stopped) this.#signalTable.hold(signal)',
    to: '',
  },
  {
    name: 'what came while it was stopped is forgotten',
    file: PROCESS,
    from: 'for (const signal of this.#signals?.release() ?? []) this.#obey(signal)',
    to: '',
  },
  {
    name: 'TSTP stops those without a shell',
    file: PROCESS,
    from: "if (signal === 'SIGSTOP') this.#freeze",
    to: "if (defaultAction(signal) === 'stop') this.#freeze",
  },
  {
    name: 'a program dies of WINCH',
    file: PROCESS,
    from: "else if (defaultAction(signal) === 'die') this.end",
    to: 'else this.end',
  },
  {
    name: 'what is ignored kills all the same',
    file: PROCESS,
    from: 'if (reaction && signal',
    to: "if (reaction && reaction !== 'ignore' && signal",
  },
  {
    name: 'who dies by its own signal can catch it',
    file: PROCESS,
    from: 'dieOf(signal: Signal): void {\n    this.end({ code: null, signal })',
    // The second time it does: handlers die of the same signal, too.
    to: 'dieOf(signal: Signal): void {\n    if (Reflect.get(this, "dies")) this.end({ code: null, signal })\n    Reflect.set(this, "dies", true)\n    this.#obey(signal)',
  },
  {
    name: 'a signal for the group reaches its leader alone',
    file: MACHINE,
    from: 'return this.#send(this.family(one), {',
    to: 'return this.#send([one], {',
  },
  {
    name: 'a child holds no output open',
    file: MACHINE,
    from: "stdout: options.quiet ? undefined : parent.pipe('out')",
    to: 'stdout: undefined',
  },
  { name: 'an exit code has more than eight bits', file: PLAYER, from: 'step.exit & 255', to: 'step.exit' },
  { name: 'a dialogue goes on after its last answer', file: PLAYER, from: 'next(!reply.last)', to: 'next(true)' },
  {
    name: 'a program copies only what is there',
    file: PLAYER,
    from: '(bytes ? pass(bytes, next) : next(false))), done)\n  }\n}',
    to: '(bytes ? this.#process.write("out", bytes, () => next(false)) : next(false))), done)\n  }\n}',
  },
  {
    name: 'waiting takes twice as long',
    file: PLAYER,
    from: 'schedule(done, ms, 0)',
    to: 'schedule(done, 20 * ms, 0)',
  },
  {
    name: 'a signal always finds somebody',
    file: MACHINE,
    from: 'return whom.length > 0\n  }\n\n  // Who',
    to: 'return true\n  }\n\n  // Who',
  },
  {
    name: 'a stop does not wake who is stopped',
    file: 'stopping.ts',
    from: "handle.kill('SIGCONT', 'group')",
    to: 'undefined',
  },
  {
    name: 'output does not put an idle limit off',
    file: 'limits.ts',
    from: 'capture.listen(() => {\n      last =',
    to: 'capture.listen(() => {\n      void',
  },
]

/** What few cases have to do with: for `npm run fuzz -- --mutants` with more of them. */
export const rareMutants: readonly Mutant[] = [
  {
    name: 'a program that closes its stdin goes on waiting',
    file: INPUT,
    from: 'this.#pipe?.closeReader()\n    this.#serve()',
    to: 'this.#pipe?.closeReader()',
  },
  {
    name: 'a byte is lost of what waits to be written',
    file: PIPE,
    from: 'first.rest = first.rest.subarray(room)',
    to: 'first.rest = first.rest.subarray(room + 1)',
  },
  {
    name: 'a signal is handled once',
    file: PROCESS,
    from: 'return this.#react(reaction, hops)',
    to: 'return void (this.#react(reaction, hops), this.#signalTable.handle(signal, []))',
  },
  {
    name: 'a stop grants no time',
    file: 'stopping.ts',
    from: 'isGone(handle, options.grace)',
    to: 'isGone(handle, 0)',
  },
]
