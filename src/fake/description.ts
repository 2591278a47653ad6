import { type Data, dataOf, type Reply, type Scenario, type StartFailure, type Step } from '../contracts/scenario.ts'
import { type Signal, toSignal } from '../contracts/signals.ts'
import { type Duration, type Size, toBytes, toMilliseconds } from '../duration.ts'
import { BadScenarioError } from '../errors.ts'
import { shown } from '../shown.ts'
import { checkScenario, checkStep } from './check-scenario.ts'

/** What a program is said to write: a text, several, or bytes. */
export type Described = string | readonly string[] | Uint8Array

/**
 * Describes what a rehearsed program does, step by step, and builds its scenario. Each word throws a BadScenarioError, or a
 * TypeError for a duration, a size or a signal, when no program could do what it is given.
 *
 * @example Process.describe().output('starting').after('2s').errorOutput('no disk').exitCode(3)
 */
export class Description {
  #steps: Step[] = []
  #end: Step | undefined
  #pid: number | undefined
  #built: Scenario | undefined

  /** Writes lines to stdout, with a newline where one is missing; bytes as they are. */
  output(text: Described): this {
    return this.#write('out', text)
  }

  /** Writes lines to stderr. */
  errorOutput(text: Described): this {
    return this.#write('err', text)
  }

  /** Takes back what was said of stdout so far, and says this instead; nothing instead for an empty text. */
  replaceOutput(text: Described): this {
    return this.#replace('out', text)
  }

  /** Takes back what was said of stderr so far, and says this instead; nothing instead for an empty text. */
  replaceErrorOutput(text: Described): this {
    return this.#replace('err', text)
  }

  /** Lets time pass before what follows. */
  after(time: Duration): this {
    return this.add({ wait: toMilliseconds(time) })
  }

  /** Exits with this code at the end; 0 unless given. */
  exitCode(code: number): this {
    return this.#endWith({ exit: code })
  }

  /** Runs for so many seconds more: Laravel counts how often it is asked, we count time. */
  iterations(seconds: number): this {
    return this.after({ seconds })
  }

  /** The same as `iterations`. */
  runsFor(seconds: number): this {
    return this.iterations(seconds)
  }

  /** The pid it gets, if it is free. */
  id(pid: number): this {
    if (!Number.isSafeInteger(pid) || pid < 1)
      throw new BadScenarioError(`Cannot describe the pid ${shown(pid)}: expected a whole number from 1 on`)
    this.#pid = pid
    return this
  }

  /** Dies of a signal at the end. */
  signal(signal: Signal | number): this {
    return this.#endWith({ die: toSignal(signal) })
  }

  /** Ignores a signal from here on. */
  ignores(signal: Signal | number): this {
    return this.add({ on: toSignal(signal), do: 'ignore' })
  }

  /** Answers a signal from here on, by doing what another description says. */
  answers(signal: Signal | number, answer: Description): this {
    return this.add({ on: toSignal(signal), do: scenarioOf('an answer', answer) })
  }

  /** Never ends by itself. */
  hangs(): this {
    return this.#endWith({ hang: true })
  }

  /** Crashes at the end: dies of a signal, as after a fault in its memory. */
  crashes(signal: Signal = 'SIGSEGV'): this {
    return this.#endWith({ die: signal })
  }

  /** Holds this much memory from here on. */
  memory(size: Size): this {
    return this.add({ use: { memory: toBytes(size) } })
  }

  /** Uses this share of a core from here on: 1 is one core. */
  cpu(share: number): this {
    return this.add({ use: { cpu: share } })
  }

  /** Starts a child. A detached one escapes from its group; a quiet one does not hold the output open. */
  forks(child: Description, options: { detached?: boolean; quiet?: boolean } = {}): this {
    return this.add({ fork: scenarioOf('a child', child), ...options })
  }

  /** Reads stdin: a line, so many bytes, or everything. */
  reads(what: 'line' | 'all' | number = 'all'): this {
    return this.add({ read: what })
  }

  /** Answers lines of stdin until end-of-file. */
  replies(...replies: readonly Reply[]): this {
    return this.add({ reply: replies })
  }

  /** Copies stdin to stdout, as `cat` does. */
  echoes(): this {
    return this.add({ echo: 'in' })
  }

  /** Writes a file. */
  writesFile(path: string, content: string | Uint8Array): this {
    return this.add({ file: path, data: content instanceof Uint8Array ? dataOf(content) : content })
  }

  /** Takes connections on a port from here on, and answers HTTP with a status, if one is given. */
  listens(port: number, answer?: number): this {
    return this.add(answer === undefined ? { listen: port } : { listen: port, answer })
  }

  /** Never starts, for this reason. */
  failsToStart(errno: StartFailure = 'ENOENT'): this {
    return this.#endWith({ failToStart: errno })
  }

  /** Adds a step as it is. */
  add(step: Step): this {
    this.#steps.push(checkStep(step))
    this.#built = undefined
    return this
  }

  /** What was described, as plain data. */
  scenario(): Scenario {
    this.#built ??= checkScenario(this.#end ? [...this.#steps, this.#end] : this.#steps)
    return this.#built
  }

  /** The pid that was asked for. */
  get pid(): number | undefined {
    return this.#pid
  }

  #write(stream: 'out' | 'err', text: Described): this {
    for (const data of dataFrom(text)) this.add({ write: stream, data })
    return this
  }

  #replace(stream: 'out' | 'err', text: Described): this {
    const instead = dataFrom(text)
    this.#built = undefined
    this.#steps = this.#steps.filter((step) => !('write' in step) || step.write !== stream)
    if (text.length > 0) for (const data of instead) this.add({ write: stream, data })
    return this
  }

  #endWith(end: Step): this {
    if (this.#end) throw new BadScenarioError(`Cannot end a description twice: ${shown(this.#end)} is its end already`)
    this.#end = checkStep(end)
    this.#built = undefined
    return this
  }
}

function scenarioOf(what: string, description: Description): Scenario {
  if (description instanceof Description) return description.scenario()
  throw new BadScenarioError(`Cannot describe ${what} by ${shown(description)}: expected a description`)
}

function dataFrom(text: Described): Data[] {
  if (text instanceof Uint8Array) return [dataOf(text)]
  const lines: readonly string[] = typeof text === 'string' ? [text] : text
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string'))
    throw new BadScenarioError(`Cannot describe the output ${shown(text)}: expected text, lines or bytes`)
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`))
}
