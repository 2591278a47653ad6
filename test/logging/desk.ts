import * as realDisk from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { actorCommand, castActor } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import {
  type AppendFile,
  createProcess,
  type Driver,
  FakeDriver,
  type FileStat,
  type Files,
  type LoggingOptions,
  type ProcessFactory,
  type Scenario,
} from '../../src/index.ts'

/** Both machines, by name. */
export const machines: Readonly<Record<string, () => Machine>> = {
  'on the machine': () => ({ driver: new SystemDriver(), disk: realDisk }),
  'in a rehearsal': () => {
    const driver = new FakeDriver({ cast: castActor, files: {} })
    return { driver, disk: driver.files.disk as unknown as typeof realDisk }
  },
}

interface Machine {
  readonly driver: Driver
  /** Its disk, for what the contract of files does not offer. */
  readonly disk: typeof realDisk
}

/** A folder to log in on a machine whose disk fails when it is told to. */
export class Desk implements AsyncDisposable {
  readonly process: ProcessFactory
  readonly disk: typeof realDisk
  readonly files: FaultyFiles
  readonly folder: string
  readonly #driver: Driver

  constructor({ driver, disk }: Machine) {
    this.#driver = driver
    this.disk = disk
    this.files = new FaultyFiles(driver.files)
    this.folder = mkdtempSync(join(tmpdir(), 'rehearsal-logging-'))
    disk.mkdirSync(this.folder, { recursive: true })
    this.process = createProcess({ driver: withFiles(driver, this.files) })
  }

  /** Logs to `app.log` in the folder. */
  log(options: LoggingOptions = {}): this {
    this.process.logging.enableLogging({ file: this.at('app.log'), level: 'trace', ...options })
    return this
  }

  at(...names: string[]): string {
    return join(this.folder, ...names)
  }

  run(...steps: Scenario): ReturnType<ProcessFactory['run']> {
    return this.process.run(actorCommand(steps))
  }

  start(...steps: Scenario): ReturnType<ProcessFactory['start']> {
    return this.process.start(actorCommand(steps))
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    const { clock } = this.#driver
    return clock.drive(clock.sleep(ms), () => 'the test')
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let left = 1000; !(await condition()); left--) {
      if (left === 0) throw new Error('it did not come true')
      await this.pass(5)
    }
  }

  flush(): Promise<void> {
    return this.process.logging.flush()
  }

  /** The names of the log files, the oldest first. */
  async names(log = 'app.log'): Promise<string[]> {
    const names = (await this.files.list(this.folder)).filter((name) => name.startsWith(log))
    const number = (name: string): number => Number(/Z\.(\d+)(\.gz)?$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY)
    return names.sort((a, b) => number(a) - number(b))
  }

  /** All that is in the log files, in order. */
  async text(log = 'app.log'): Promise<string> {
    const texts: string[] = []
    for (const name of await this.names(log)) {
      const bytes = await this.files.read(this.at(name))
      texts.push((name.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString())
    }
    return texts.join('')
  }

  /** What a stream wrote, as the log has it. */
  async said(stream = 'out', log = 'app.log'): Promise<string[]> {
    const lines = (await this.text(log)).split('\n')
    return lines.flatMap((line) => new RegExp(` ${stream}#\\d+[:+] (.*)$`).exec(line)?.[1] ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.files.heal()
    await this.process.logging.disableLogging()
    await this.#driver.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

type Operation = 'write' | 'rename' | 'append' | 'compress' | 'list' | 'remove'

/** Files of which some operations fail. */
export class FaultyFiles implements Files {
  readonly #inner: Files
  readonly #faults = new Map<Operation, string>()
  /** As many bytes a write takes at most. */
  atMost: number = Number.POSITIVE_INFINITY
  /** What a write waits for. */
  gate: Promise<void> = Promise.resolve()
  /** How often a file was opened, and how many are open. */
  opened: number = 0
  open: number = 0
  /** As many bytes there is room for. */
  room: number = Number.POSITIVE_INFINITY

  constructor(inner: Files) {
    this.#inner = inner
  }

  fail(operation: Operation, code: string): void {
    this.#faults.set(operation, code)
  }

  heal(): void {
    this.#faults.clear()
    this.room = Number.POSITIVE_INFINITY
  }

  async append(path: string, options?: { mode?: number }): Promise<AppendFile> {
    this.check('append')
    const file = await this.#inner.append(path, options)
    this.opened++
    this.open++
    return {
      write: (bytes) => this.#write(file, bytes),
      writeNow: (bytes) => file.writeNow(bytes),
      stat: () => file.stat(),
      close: () => {
        this.open--
        return file.close()
      },
    }
  }

  async #write(file: AppendFile, bytes: Uint8Array): Promise<number> {
    await this.gate
    this.check('write')
    if (this.room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    const written = await file.write(bytes.subarray(0, Math.min(this.atMost, this.room)))
    this.room -= written
    return written
  }

  check(operation: Operation): void {
    const code = this.#faults.get(operation)
    if (code) throw Object.assign(new Error(code), { code })
  }

  read(path: string): Promise<Uint8Array> {
    return this.#inner.read(path)
  }

  readText(path: string): Promise<string> {
    return this.#inner.readText(path)
  }

  write(path: string, data: string | Uint8Array, options?: { append?: boolean; mode?: number }): Promise<void> {
    return this.#inner.write(path, data, options)
  }

  async compress(path: string, compressed: string): Promise<void> {
    this.check('compress')
    return this.#inner.compress(path, compressed)
  }

  stat(path: string, options?: { follow?: boolean }): Promise<FileStat | undefined> {
    return this.#inner.stat(path, options)
  }

  async list(folder: string): Promise<readonly string[]> {
    this.check('list')
    return this.#inner.list(folder)
  }

  makeFolder(path: string): Promise<void> {
    return this.#inner.makeFolder(path)
  }

  async rename(from: string, to: string): Promise<void> {
    this.check('rename')
    return this.#inner.rename(from, to)
  }

  async remove(path: string): Promise<void> {
    this.check('remove')
    return this.#inner.remove(path)
  }
}

function withFiles(driver: Driver, files: Files): Driver {
  const { capabilities, clock, random, net, processes } = driver
  return {
    capabilities,
    clock,
    random,
    net,
    processes,
    files,
    start: (command) => driver.start(command),
    joint: () => driver.joint(),
    close: () => driver.close(),
  }
}
