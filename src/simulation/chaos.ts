import { commandText } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import type { Scenario } from '../contracts/scenario.ts'
import type { FakeDriver } from '../fake/driver.ts'
import type { FakeProcess } from '../fake/fake-process.ts'
import type { Fate, SentSignal, StartFate } from '../fake/fate.ts'
import { CALLER } from '../fake/machine.ts'
import type { Part } from '../fake/program.ts'
import type { Chronicler } from './chronicler.ts'
import type { Fault, MachineFaultName, ProcessFaultName } from './fault.ts'
import type { FaultSource } from './fault-source.ts'
import { MACHINE_FAULTS, type Weather } from './machine-faults.ts'
import { Patient } from './patient.ts'
import { type Ailment, broken, PROCESS_FAULTS } from './process-faults.ts'
import { strangerOn } from './stranger.ts'

/** Lets go wrong on a machine what a source of faults says, and tells a chronicler of all that happens. */
export class Chaos implements Fate {
  readonly #driver: FakeDriver
  readonly #source: FaultSource
  readonly #chronicler: Chronicler
  readonly #starts = new Map<string, number>()
  readonly #broken = new Map<string, Fault | undefined>()
  readonly #patients = new Map<number, Patient>()
  readonly #weather: Weather = { noStarts: undefined, pids: undefined }
  /** What ails those that are being started, until they are born. */
  readonly #expected = new Map<Command, Patient>()
  readonly #told = new Set<Fault>()
  /** The numbers that strangers will get as soon as they are free, and for how long they keep them. */
  readonly #wanted = new Map<number, number>()
  #stranger = false
  #lastPid = 1
  #over = false

  constructor(driver: FakeDriver, source: FaultSource, chronicler: Chronicler) {
    this.#driver = driver
    this.#source = source
    this.#chronicler = chronicler
    driver.processes.fate = this
    for (const fault of source.machine) driver.clock.schedule(() => this.#strike(fault), fault.after ?? 0, 0)
  }

  /** Nothing goes wrong any more, but for commands that are broken for good; what can heal does. */
  cease(): void {
    this.#over = true
    for (const kind of Object.values(MACHINE_FAULTS)) kind.heal?.(this.#driver, this.#weather)
    for (const patient of this.#patients.values()) patient.heal()
  }

  start(command: Command, part: Part | undefined): StartFate {
    const text = commandText(command.line)
    const ailments = this.#ailmentsOf(text)
    const scenario = part && 'scenario' in part ? part.scenario : undefined
    const patient = new Patient(ailments)
    this.#expected.set(command, patient)
    return {
      errno: this.#weather.noStarts ?? first(ailments, ({ errno }) => errno),
      delay: sum(ailments, ({ delay }) => delay),
      heardAfter: sum(ailments, ({ heardAfter }) => heardAfter),
      scenario: scenario && edited(scenario, ailments),
      beside: ailments.flatMap(({ beside }) => (beside ? [beside] : [])),
    }
  }

  refused(command: Command, errno: string): void {
    this.#expected.delete(command)
    this.#chronicler.notStarted(commandText(command.line), errno)
  }

  pid(isFree: (pid: number) => boolean): number | undefined {
    const { pids } = this.#weather
    if (pids === undefined) return undefined
    for (let tried = 0; tried < pids; tried++) {
      this.#lastPid = this.#lastPid >= pids ? 2 : this.#lastPid + 1
      if (isFree(this.#lastPid)) return this.#lastPid
    }
    return undefined
  }

  born(child: FakeProcess): void {
    const { command, parent } = child.birth
    this.#chronicler.born(child, this.#stranger ? 'stranger' : parent === CALLER ? 'started' : 'forked')
    const patient = parent === CALLER ? this.#expected.get(command) : undefined
    if (!patient) return
    this.#expected.delete(command)
    this.#patients.set(child.serial, patient)
    patient.admit(child)
  }

  wrote(writer: FakeProcess, stream: 'out' | 'err', bytes: Uint8Array): void {
    this.#chronicler.wrote(writer, stream, bytes)
  }

  died(dead: FakeProcess): number {
    this.#chronicler.died(dead)
    return this.#patients.get(dead.serial)?.zombieFor ?? 0
  }

  reaped(dead: FakeProcess): void {
    this.#chronicler.reaped(dead)
    const patient = this.#patients.get(dead.serial)
    this.#patients.delete(dead.serial)
    if (patient?.takenFor !== undefined) this.#wanted.set(dead.pid, patient.takenFor)
    for (const [pid, ms] of this.#over ? [] : this.#wanted) this.#letTake(pid, ms)
  }

  sent(signal: SentSignal): number | 'EPERM' {
    const patient = signal.to && this.#patients.get(signal.to.serial)
    this.#chronicler.sent(signal)
    return patient?.reactionTo() ?? 0
  }

  #ailmentsOf(command: string): readonly Ailment[] {
    const start = (this.#starts.get(command) ?? 0) + 1
    this.#starts.set(command, start)
    const lasting = this.#brokenFault(command)
    const isBroken = lasting && this.#driver.clock.monotonic() >= (lasting.after ?? 0)
    if (isBroken && !this.#told.has(lasting)) this.#tellOnce(lasting)
    const faults = this.#over ? [] : this.#source.ofStart(command, start)
    for (const fault of faults) this.#chronicler.struck(fault)
    const ailments = faults.map((fault) => PROCESS_FAULTS[fault.fault as ProcessFaultName].ail(fault))
    return isBroken ? [...ailments, broken(lasting)] : ailments
  }

  #tellOnce(fault: Fault): void {
    this.#told.add(fault)
    this.#chronicler.struck(fault)
  }

  #brokenFault(command: string): Fault | undefined {
    if (!this.#broken.has(command)) this.#broken.set(command, this.#source.ofCommand(command))
    return this.#broken.get(command)
  }

  #strike(fault: Fault): void {
    if (this.#over) return
    this.#chronicler.struck(fault)
    MACHINE_FAULTS[fault.fault as MachineFaultName].strike(fault, this.#driver, this.#weather)
  }

  #letTake(pid: number, ms: number): void {
    const { processes } = this.#driver
    if (!processes.isFree(pid)) return
    this.#wanted.delete(pid)
    this.#stranger = true
    const stranger = strangerOn(processes, pid)
    this.#stranger = false
    this.#driver.clock.schedule(() => stranger.end({ code: 0, signal: null }), ms, 0)
  }
}

function edited(scenario: Scenario, ailments: readonly Ailment[]): Scenario {
  return ailments.reduce((steps, { edit }) => (edit ? edit(steps) : steps), scenario)
}

function sum(ailments: readonly Ailment[], part: (ailment: Ailment) => number | undefined): number {
  return ailments.reduce((total, ailment) => total + (part(ailment) ?? 0), 0)
}

function first<T>(ailments: readonly Ailment[], part: (ailment: Ailment) => T | undefined): T | undefined {
  return ailments.map(part).find((value) => value !== undefined)
}
