import type { FakeDriver } from '../fake/driver.ts'
import type { FakeProcess } from '../fake/fake-process.ts'
import type { SentSignal } from '../fake/fate.ts'
import type { HeapTimer } from '../fake/timer-heap.ts'
import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import type { Fault } from './fault.ts'
import type { SimulatedProcess, SimulatedWorld } from './simulated-world.ts'
import type { Phase, SimulationEvent, Written } from './simulation-events.ts'
import { codeOf, type Trace } from './trace.ts'

/** An event, but for the time, which is now. */
type Happening<Event> = Event extends unknown ? Omit<Event, 'at'> : never

/** Sees all that happens in a run: makes events of it, keeps the view of the world, and takes note for the trace. */
export class Chronicler {
  /** All that happened, output included, where that is kept. */
  readonly timeline: (SimulationEvent | Written)[] | undefined
  readonly #driver: FakeDriver
  readonly #world: SimulatedWorld
  readonly #trace: Trace
  #said: SupervisionEvent | undefined
  readonly #onEvent: (event: SimulationEvent) => void

  constructor(
    driver: FakeDriver,
    { world, trace, keep }: { readonly world: SimulatedWorld; readonly trace: Trace; readonly keep: boolean },
    onEvent: (event: SimulationEvent) => void,
  ) {
    this.#driver = driver
    this.#world = world
    this.#trace = trace
    this.#onEvent = onEvent
    this.timeline = keep ? [] : undefined
  }

  /** Another part of the run begins. */
  phase(phase: Phase): void {
    this.#world.phase = phase
    this.#tell({ type: 'phase', phase }, codeOf(phase))
  }

  struck(fault: Fault): void {
    this.#world.faults.push(fault)
    this.#tell({ type: 'fault', fault }, codeOf(fault.fault))
  }

  born(child: FakeProcess, origin: SimulatedProcess['origin']): void {
    this.#world.track(child, origin)
    this.#tell({ type: 'started', ...this.#whose(child) }, child.pid, codeOf(this.#whose(child).command))
  }

  notStarted(command: string, errno: string): void {
    this.#tell({ type: 'notStarted', command, errno }, codeOf(command), codeOf(errno))
  }

  wrote(writer: FakeProcess, stream: 'out' | 'err', bytes: Uint8Array): void {
    const at = this.#world.now
    this.#trace.note(stream, at, writer.serial, bytes.length)
    this.#world.wrote(writer)
    this.timeline?.push({ type: 'wrote', at, ...this.#whose(writer), stream, text: Buffer.from(bytes).toString() })
  }

  died(dead: FakeProcess): void {
    const { code = null, signal = null } = dead.ended ?? {}
    this.#world.lose(dead, 'died')
    this.#tell(
      { type: 'exited', ...this.#whose(dead), code, signal },
      dead.serial,
      signal ? codeOf(signal) : (code ?? 0),
    )
  }

  reaped(dead: FakeProcess): void {
    this.#world.lose(dead, 'reaped')
    this.#tell({ type: 'reaped', ...this.#whose(dead) }, dead.serial)
  }

  sent({ signal, pid, to, by }: SentSignal): void {
    if (to) this.#world.signalled(to, signal)
    this.#tell({ type: 'signalled', signal, by, target: pid, ...(to && this.#whose(to)) }, pid, codeOf(signal))
  }

  /** A group says something; one that is part of another says it there, too. */
  supervised(event: SupervisionEvent): void {
    if (event === this.#said) return
    this.#said = event
    this.#tell({ type: 'supervised', event }, codeOf(`${event.group}/${event.slot} ${event.type}`), event.incarnation)
  }

  /** A timer fires. */
  fired({ at, rank }: HeapTimer): void {
    this.#trace.note('timer', this.#driver.clock.monotonic(), at, rank)
  }

  /** A number is drawn. */
  drew(number: number): void {
    this.#trace.note('draw', this.#driver.clock.monotonic(), number)
  }

  #whose({ pid, serial }: FakeProcess): { pid: number; serial: number; command: string } {
    return { pid, serial, command: this.#world.process(serial)?.command ?? '' }
  }

  #tell(happening: Happening<SimulationEvent>, first = 0, second = 0): void {
    const event = { at: this.#world.now, ...happening } as SimulationEvent
    this.#trace.note(event.type, event.at, first, second)
    this.#world.events.push(event)
    this.timeline?.push(event)
    this.#onEvent(event)
  }
}
