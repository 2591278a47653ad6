import assert from 'node:assert/strict'
import { createProcess, type ProcessFactory } from '../../process.ts'
import type { Capability } from '../capabilities.ts'
import type { Command } from '../command.ts'
import type { Driver, Handle, Source } from '../driver.ts'
import type { Demand } from '../isolation.ts'
import type { Scenario } from '../scenario.ts'
import { actorCommand } from './actor-command.ts'

/** What the suite needs of a test runner and of the driver that is to be proved. */
export interface ContractOptions {
  /** The `test` of a test runner. */
  readonly test: (title: string, body: () => Promise<void>) => void
  /** Its `describe`. */
  readonly describe: (title: string, body: () => void) => void
  /** Makes a driver of its own for each case. */
  readonly createDriver: () => Driver | Promise<Driver>
  /** Makes the Process over it, where that is to be a special one. */
  readonly createProcess?: (driver: Driver) => ProcessFactory
}

/** What a case may do when the driver lacks a capability: the twin that shows what happens instead. */
export interface Needs {
  /** A capability, a demand that can be met, or that any can. */
  readonly needs: Capability | Demand | 'isolation'
  readonly otherwise: string
  /** What happens on a driver that lacks it. */
  readonly twin: (stage: Stage) => Promise<void>
}

/** What a case does on its stage; it fails when this rejects. */
export type CaseBody = (stage: Stage) => Promise<void>
/** Adds a case to a topic. */
export type Register = (title: string, body: CaseBody, needs?: Needs) => void

/** The cases of one topic. */
export interface Topic {
  readonly name: string
  /** Adds all of them. */
  readonly cases: (fact: Register) => void
}

/** What a case stands on: one driver, and the few helpers that make scenarios short to state. */
export class Stage {
  readonly driver: Driver
  /** The whole API over this driver. */
  readonly process: ProcessFactory
  readonly #handles: Handle[] = []

  constructor(driver: Driver, process: ProcessFactory = createProcess({ driver })) {
    this.driver = driver
    this.process = process
  }

  /** The command that performs these steps. */
  actor(...steps: Scenario): readonly string[] {
    return actorCommand(steps)
  }

  /** Starts a scenario at the driver itself, below everything that is derived. */
  async start(scenario: Scenario, command: Partial<Command> = {}): Promise<Handle> {
    const handle = await this.driver.start(commandFor(actorCommand(scenario), command))
    this.#handles.push(handle)
    return handle
  }

  /** Waits for a promise, driving virtual time. */
  drive<T>(wait: Promise<T>): Promise<T> {
    return this.driver.clock.drive(wait, () => 'the case of the contract suite')
  }

  /** Lets time pass. */
  sleep(ms: number): Promise<void> {
    return this.drive(this.driver.clock.sleep(ms))
  }

  /** The exit, waited for. */
  exit(handle: Handle): ReturnType<Stage['drive']> {
    return this.drive(handle.exit)
  }

  /** All that a source gives, as text, to its end. */
  async text(source: Source | undefined): Promise<string> {
    return Buffer.from(await this.bytes(source)).toString()
  }

  /** All that a source gives, to its end. */
  bytes(source: Source | undefined): Promise<Uint8Array> {
    assert(source, 'the command was to have a pipe here')
    const chunks: Uint8Array[] = []
    const ended = new Promise<void>((resolve) => source.flow((bytes) => chunks.push(bytes), resolve))
    return this.drive(ended.then(() => Buffer.concat(chunks)))
  }

  /** Lets a source flow and gives back what came so far, whenever it is asked. */
  collect(source: Source | undefined): () => string {
    assert(source, 'the command was to have a pipe here')
    const chunks: Uint8Array[] = []
    source.flow(
      (bytes) => chunks.push(bytes),
      () => {},
    )
    return () => Buffer.concat(chunks).toString()
  }

  /** Waits until a condition holds; fails when it still does not after 5 s. */
  async until(condition: () => boolean | Promise<boolean>, what = 'the condition'): Promise<void> {
    const { clock } = this.driver
    for (const deadline = clock.monotonic() + 5000; !(await condition()); ) {
      assert(clock.monotonic() < deadline, `${what} did not come true within 5 s`)
      await this.sleep(5)
    }
  }

  /** Ends what the case left behind. */
  async close(): Promise<void> {
    for (const handle of this.#handles) handle.kill('SIGKILL', 'group')
    await this.driver.close()
  }
}

/** A plain command, as a driver gets it. */
export function commandFor(line: Command['line'], change: Partial<Command> = {}): Command {
  const plain: Command = {
    line,
    cwd: undefined,
    env: {},
    inheritEnv: true,
    stdin: 'end',
    stdout: 'pipe',
    stderr: 'pipe',
    foreground: false,
  }
  return Object.freeze({ ...plain, ...change })
}

/** Registers the cases of topics with a runner: the same number, with the same titles, for every driver. */
export function registerTopics(topics: readonly Topic[], options: ContractOptions): void {
  const { test, describe } = options

  for (const { name, cases } of topics) {
    describe(name, () => {
      cases((title, body, needs) => {
        const whole = needs ? `${title} (without ${needs.needs}: ${needs.otherwise})` : title
        test(whole, () => onStage(options, (stage) => choose(stage, body, needs)(stage)))
      })
    })
  }
}

function choose(stage: Stage, body: CaseBody, needs: Needs | undefined): CaseBody {
  return needs && !isAble(stage.driver, needs.needs) ? needs.twin : body
}

function isAble({ capabilities, isolation }: Driver, needs: Needs['needs']): boolean {
  if (needs === 'isolation') return isolation !== undefined
  if (needs in capabilities) return capabilities[needs as Capability] === true
  return isolation?.capabilities()[needs as Demand] === true
}

async function onStage({ createDriver, createProcess }: ContractOptions, body: CaseBody): Promise<void> {
  const driver = await createDriver()
  const stage = new Stage(driver, createProcess?.(driver))
  try {
    await body(stage)
  } finally {
    await stage.close()
  }
}
