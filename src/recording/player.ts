import { dirname, resolve } from 'node:path'
import type { AtOnce } from '../contracts/at-once.ts'
import type { Capabilities } from '../contracts/capabilities.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Command, InputFrom, OutputTo } from '../contracts/command.ts'
import type { Driver, Handle, Joint } from '../contracts/driver.ts'
import type { Files } from '../contracts/files.ts'
import type { Net } from '../contracts/net.ts'
import type { ProcessTable } from '../contracts/process-table.ts'
import type { Random } from '../contracts/random.ts'
import { NotFakeableError } from '../errors.ts'
import { FakeDriver, type FakeDriverOptions, type RealPart } from '../fake/driver.ts'
import type { Part } from '../fake/program.ts'
import { playedAtOnce } from './at-once.ts'
import { Casting, type CastingOptions } from './casting.ts'
import type { HeardInput } from './heard-input.ts'
import { NO_JOINTS } from './recorder.ts'

export interface PlayerOptions extends CastingOptions, Omit<FakeDriverOptions, 'cast'> {
  /** The disk around: files that are given to processes to read come from there. */
  readonly disk: Files
  /** Takes down what the recording does not have, for callers that cannot wait. */
  readonly realAtOnce?: AtOnce | undefined
}

/** The driver of a replay: a rehearsal, in which each command does what the recording says it did. */
export class PlayingDriver implements Driver {
  readonly capabilities: Capabilities
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly processes: ProcessTable
  readonly net: Net
  readonly atOnce: AtOnce
  readonly isolation: FakeDriver['isolation']
  readonly #fake: FakeDriver
  readonly #casting: Casting
  readonly #disk: Files
  /** What commands read from files, and what they are heard to read, while they are being started. */
  readonly #read = new WeakMap<Command, Uint8Array>()
  readonly #heard = new WeakMap<Command, HeardInput>()

  constructor(options: PlayerOptions) {
    this.#casting = new Casting(options)
    this.#disk = options.disk
    this.#fake = new FakeDriver({ ...options, cast: (command) => this.#cast(command) })
    this.atOnce = playedAtOnce({
      atOnce: this.#fake.atOnce,
      real: options.realAtOnce,
      heard: (command, handle) => this.#heardOn(command, handle),
      given: (command, input) => this.#read.set(command, input),
    })
    this.capabilities = { ...this.#fake.capabilities, joints: NO_JOINTS }
    this.isolation = this.#fake.isolation
    this.clock = this.#fake.clock
    this.random = this.#fake.random
    this.files = this.#fake.files
    this.processes = this.#fake.processes
    this.net = this.#fake.net
  }

  async start(command: Command): Promise<Handle> {
    await this.#bringFolders(command)
    const file = await this.#bringInput(command)
    if (file) this.#read.set(command, file)
    return this.#heardOn(command, await this.#fake.start(command))
  }

  joint(): Promise<Joint> {
    return Promise.reject(new NotFakeableError(`Cannot make a joint: ${NO_JOINTS}`))
  }

  close(): Promise<void> {
    return this.#fake.close()
  }

  #heardOn(command: Command, handle: Handle): Handle {
    return this.#heard.get(command)?.through(handle) ?? handle
  }

  #cast(command: Command): Part | RealPart {
    const { part, heard } = this.#casting.roleFor(command, this.#read.get(command))
    if (heard) this.#heard.set(command, heard)
    return part
  }

  // A rehearsal's own disk lacks the folders of the files that are to be written. Where they were missing, the run failed.
  async #bringFolders({ stdout, stderr, cwd = process.cwd() }: Command): Promise<void> {
    for (const to of [stdout, stderr]) if (isFile(to)) await this.files.makeFolder(dirname(resolve(cwd, to.file)))
  }

  async #bringInput({ stdin, cwd = process.cwd() }: Command): Promise<Uint8Array | undefined> {
    if (!isFile(stdin)) return undefined
    const path = resolve(cwd, stdin.file)
    if (!(await this.files.stat(path)) && (await this.#disk.stat(path))) {
      await this.files.makeFolder(dirname(path))
      await this.files.write(path, await this.#disk.read(path))
    }
    return (await this.files.stat(path)) && this.files.read(path)
  }
}

function isFile(end: InputFrom | OutputTo): end is { readonly file: string; readonly append: boolean } {
  return typeof end === 'object' && 'file' in end
}
