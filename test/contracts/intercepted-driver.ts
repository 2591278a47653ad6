import type { ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { environmentOf } from '../../src/contracts/command.ts'
import type { Exit, Handle, Sink, Source } from '../../src/contracts/driver.ts'
import type { Signal } from '../../src/contracts/signals.ts'
import { castActor } from '../../src/contracts/suite/index.ts'
import { StreamSink, StreamSource } from '../../src/driver/streams.ts'
import type { Capabilities, Command, Driver, Joint } from '../../src/index.ts'
import { createProcess, FakeDriver, NotFakeableError, ProcessStartError } from '../../src/index.ts'
import { type Interception, intercept } from '../../src/intercept/index.ts'

type Child = ChildProcess & { readonly pid: number }

const JOINTS = 'Node has no pipe that could be handed to two of its children'

/**
 * A driver that knows nothing of rehearsals: it starts each process with execa and looks at Node's ChildProcess. What it starts
 * is intercepted, and rehearsed.
 */
export class InterceptedDriver implements Driver {
  readonly capabilities: Capabilities
  readonly clock: FakeDriver['clock']
  readonly random: FakeDriver['random']
  readonly files: FakeDriver['files']
  readonly processes: FakeDriver['processes']
  readonly net: FakeDriver['net']
  readonly #inner: FakeDriver
  readonly #hook: Interception
  #closed = false

  constructor(seed?: number) {
    const inner = new FakeDriver({ cast: castActor, files: {}, ...(seed === undefined ? {} : { seed }) })
    this.#inner = inner
    this.capabilities = { ...inner.capabilities, joints: JOINTS }
    this.clock = inner.clock
    this.random = inner.random
    this.files = inner.files
    this.processes = inner.processes
    this.net = inner.net
    this.#hook = intercept(createProcess({ driver: inner }))
  }

  async start(command: Command): Promise<Handle> {
    const name = typeof command.line === 'string' ? command.line : String(command.line[0])
    if ([command.stdin, command.stdout, command.stderr].includes('inherit'))
      throw new NotFakeableError(`Cannot rehearse "${name}": what is inherited is nobody's`)
    this.#refuseBadFolder(command, name)
    const files = this.#openFiles(command, name)
    const child = await spawnWithExeca(command, name)
    files.connect(child)
    return this.#handleOf(child, command)
  }

  joint(): Promise<Joint> {
    return Promise.reject(new Error(`Cannot make a joint: ${JOINTS}`))
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#inner.close()
    this.#hook.restore()
  }

  // A missing folder looks like a missing program to whoever starts one.
  #refuseBadFolder({ cwd }: Command, name: string): void {
    const errno = cwd === undefined ? undefined : this.files.whyNoFolder(cwd)
    if (cwd !== undefined && errno) throw ProcessStartError.inFolder(name, cwd, errno)
  }

  /** The rehearsal's disk has no descriptors, so files are read and written here. */
  #openFiles({ cwd = process.cwd(), ...command }: Command, name: string): { connect(child: Child): void } {
    try {
      const { stdin, stdout, stderr } = command
      const input = isFile(stdin) ? this.files.readNow(resolve(cwd, stdin.file)) : undefined
      const [out, err] = [stdout, stderr].map((to) =>
        isFile(to) ? this.files.openNow(resolve(cwd, to.file), to.append) : undefined,
      )
      return {
        connect(child) {
          if (input)
            new StreamSink(child.stdin as NonNullable<Child['stdin']>).write(input).then(() => child.stdin?.end())
          if (out && child.stdout) new StreamSource(child.stdout).flow(out.write, out.close)
          if (err && child.stderr) new StreamSource(child.stderr).flow(err.write, err.close)
        },
      }
    } catch (cause) {
      const { code = 'EIO', path } = cause as NodeJS.ErrnoException
      throw new ProcessStartError(name, code, { detail: `cannot open "${path}": ${code}`, cause })
    }
  }

  #handleOf(child: Child, command: Command): Handle {
    const exit = new Promise<Exit>((settle) => child.once('exit', (code, signal) => settle({ code, signal })))
    return {
      pid: child.pid,
      clock: this.clock,
      stdin: command.stdin === 'pipe' ? sinkOf(child) : undefined,
      stdout: command.stdout === 'pipe' ? sourceOf(child.stdout) : undefined,
      stderr: command.stderr === 'pipe' ? sourceOf(child.stderr) : undefined,
      exit,
      kill: (signal, whom) => (whom === 'process' ? child.kill(signal) : this.#killGroup(child.pid, signal)),
      survivors: async () => this.processes.members(child.pid).map(({ pid }) => pid),
    }
  }

  // Without the interception the number would be that of some group of the machine.
  #killGroup(pid: number, signal: Signal): boolean {
    if (this.#closed) return false
    try {
      return process.kill(-pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
      throw error
    }
  }
}

async function spawnWithExeca(command: Command, name: string): Promise<Child> {
  const words = typeof command.line === 'string' ? [command.line] : command.line
  const started = execa(words[0] as string, words.slice(1), {
    shell: typeof command.line === 'string',
    stdin: command.stdin === 'end' ? 'ignore' : 'pipe',
    stdout: command.stdout === 'ignore' ? 'ignore' : 'pipe',
    stderr: command.stderr === 'ignore' ? 'ignore' : 'pipe',
    env: environmentOf(command, process.env),
    extendEnv: false,
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    detached: true,
    encoding: 'buffer',
    buffer: false,
    reject: false,
    cleanup: false,
    forceKillAfterDelay: false,
  })
  const child = started.nodeChildProcess
  if (child.pid !== undefined) return child as Child
  const { cause, ...result } = await started
  const failure = (cause ?? result) as NodeJS.ErrnoException
  throw new ProcessStartError(name, failure.code ?? 'EUNKNOWN', { cause: failure })
}

function isFile(end: Command['stdin'] | Command['stdout']): end is { readonly file: string; readonly append: boolean } {
  return typeof end === 'object' && 'file' in end
}

function sinkOf({ stdin }: Child): Sink | undefined {
  return stdin ? new StreamSink(stdin) : undefined
}

function sourceOf(stream: Child['stdout']): Source | undefined {
  return stream ? new StreamSource(stream) : undefined
}
