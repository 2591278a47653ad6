import { getPriority } from 'node:os'
import { blocksOf, bytesOf, type Fact, type Reply, type Scenario, type Step } from '../contracts/scenario.ts'
import type { FakeProcess } from './fake-process.ts'
import { identityFact, variablesOf } from './identity.ts'
import type { HeapTimer } from './timer-heap.ts'

type Done = () => void

/**
 * Plays the steps of a scenario as one process, on virtual time. Steps that need nothing are played at once, one after
 * the other; a step that blocks calls back. A process that is stopped goes on where it was.
 */
export class Player {
  readonly #process: FakeProcess
  readonly #steps: Scenario
  readonly #over: Done
  #next = 0
  #playing = false
  #timer: HeapTimer | undefined

  constructor(process: FakeProcess, steps: Scenario, over: Done) {
    this.#process = process
    this.#steps = steps
    this.#over = over
  }

  /** Plays on until a step blocks, the list ends, or the process does. */
  readonly play = (): void => {
    if (this.#playing) return
    this.#playing = true
    while (this.#process.canAct(this.play)) {
      const step = this.#steps[this.#next++]
      if (!step) {
        this.#over()
        break
      }
      if (!this.#finishesAtOnce(step)) break
    }
    this.#playing = false
  }

  /** Forgets what it waits for, because the process is over. */
  stop(): void {
    this.#process.clock.clearTimeout(this.#timer)
  }

  #finishesAtOnce(step: Step): boolean {
    let atOnce = true
    let finished = false
    this.#perform(step, () => {
      finished = true
      if (!atOnce) this.play()
    })
    atOnce = false
    return finished
  }

  #perform(step: Step, done: Done): void {
    const process = this.#process
    if ('write' in step) return this.#write(step, done)
    if ('wait' in step) return this.#wait(step.wait, done)
    if ('read' in step) return this.#read(step.read, done)
    if ('reply' in step) return this.#reply(step.reply, done)
    if ('echo' in step) return this.#echo(done)
    if ('tell' in step) return process.write('out', Buffer.from(`${factOf(process, step.tell)}\n`), done)
    if ('file' in step) return this.#writeFile(step.file, bytesOf(step.data), done)
    if ('listen' in step) return this.#listen(step, done)
    if ('exit' in step) return process.end({ code: step.exit & 255, signal: null })
    if ('die' in step) return process.dieOf(step.die)
    if ('hang' in step) return
    if ('fork' in step) return this.#fork(step, done)
    this.#change(step)
    done()
  }

  /** The steps that only change something and never block. */
  #change(step: Step): void {
    const process = this.#process
    if ('on' in step) process.handle(step.on, step.do)
    else if ('use' in step) process.use(step.use)
    else if ('close' in step) process.closeStream(step.close)
  }

  #write(step: WriteStep, done: Done): void {
    const bytes = knownBytes(step)
    if (bytes) this.#process.write(step.write, bytes, done)
    else this.#writeBlocks(step.write, blocksOf(step.data, step.times), done)
  }

  #writeBlocks(stream: 'out' | 'err', blocks: Generator<Uint8Array>, done: Done): void {
    repeat((next) => {
      const block = blocks.next()
      if (block.done) next(false)
      else this.#process.write(stream, block.value, () => next(true))
    }, done)
  }

  // A program that cannot write its file, or start its child, says why, and exits with 1.
  #writeFile(path: string, bytes: Uint8Array, done: Done): void {
    const process = this.#process
    try {
      process.birth.cage?.checkFile(path, bytes.length, process.birth.cwd)
      process.files.writeNow(path, bytes, process.birth.cwd)
      process.written += bytes.length
    } catch (error) {
      return this.#giveUp(error)
    }
    done()
  }

  #listen({ listen, answer }: Extract<Step, { readonly listen: number }>, done: Done): void {
    try {
      this.#process.net.listen(this.#process, listen, answer)
    } catch (error) {
      return this.#giveUp(error)
    }
    done()
  }

  #fork(step: ForkStep, done: Done): void {
    if (this.#process.fork(step.fork, step)) done()
    else this.#giveUp(new Error('spawn EAGAIN'))
  }

  #giveUp(error: unknown): void {
    const process = this.#process
    process.write('err', Buffer.from(`${error}\n`), () => process.end({ code: 1, signal: null }))
  }

  #wait(ms: number, done: Done): void {
    this.#timer = this.#process.clock.schedule(done, ms, 0)
  }

  #read(what: 'line' | 'all' | number, done: Done): void {
    const input = this.#process.input
    if (what === 'line') input.line(done)
    else if (what === 'all') input.all(done)
    else input.bytes(what, done)
  }

  #reply(replies: readonly Reply[], done: Done): void {
    const answer = (bytes: Uint8Array, next: Next): void => {
      const line = Buffer.from(bytes)
        .toString()
        .replace(/\r?\n$/, '')
      const reply = replies.find(({ when }) => when === '*' || when === line)
      if (reply) this.#process.write('out', bytesOf(reply.write), () => next(!reply.last))
      else next(true)
    }
    repeat((next) => this.#process.input.line((bytes) => (bytes ? answer(bytes, next) : next(false))), done)
  }

  #echo(done: Done): void {
    const pass = (bytes: Uint8Array, next: Next): void => this.#process.write('out', bytes, () => next(true))
    repeat((next) => this.#process.input.next((bytes) => (bytes ? pass(bytes, next) : next(false))), done)
  }
}

type ForkStep = Extract<Step, { readonly fork: Scenario }>
type WriteStep = Extract<Step, { readonly write: string }>

/** Texts up to this many characters are written many times: their bytes are found once. */
const SMALL = 4096
const known = new WeakMap<WriteStep, Uint8Array>()

function knownBytes(step: WriteStep): Uint8Array | undefined {
  if ((step.times ?? 1) !== 1 || typeof step.data !== 'string' || step.data.length > SMALL) return undefined
  let bytes = known.get(step)
  if (!bytes) {
    bytes = bytesOf(step.data)
    known.set(step, bytes)
  }
  return bytes
}

/** Says whether there is to be another time. */
type Next = (again: boolean) => void

/** Does something until it says that this was the last time. What answers at once, however often, stays on one stack. */
function repeat(once: (next: Next) => void, done: Done): void {
  for (let again = true; again; ) {
    let answered = false
    let returned = false
    once((more) => {
      answered = true
      again = more
      if (returned) more ? repeat(once, done) : done()
    })
    returned = true
    if (!answered) return
  }
  done()
}

function factOf({ birth, files, pid }: FakeProcess, what: Fact): string {
  const { command, cwd } = birth
  switch (what) {
    case 'cwd':
      return cwd
    case 'pid':
      return String(pid)
    case 'nice':
      return String(command.isolation?.nice ?? getPriority())
    case 'umask':
      return String(command.isolation?.umask ?? process.umask())
    case 'user':
    case 'group':
    case 'groups':
      return identityFact(command, what, files)
    default:
      return variablesOf(command, files)[what.slice('env:'.length)] ?? ''
  }
}
