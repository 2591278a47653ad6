import type { Handle } from '../contracts/driver.ts'
import { ProcessStartError } from '../errors.ts'
import type { Run } from '../journal.ts'
import { launchNow } from '../launch-now.ts'
import { worldOf } from '../process.ts'
import type { World } from '../world.ts'
import { errnoName, refuse } from './failure.ts'
import { isClosed } from './held-descriptor.ts'
import type { Layer, NodeChild, NodeSpawn, SpawnOptions } from './node-internals.ts'
import { isReal } from './pids.ts'
import { RehearsedChild } from './rehearsed-child.ts'
import { lineOf, settingsOf } from './request.ts'
import { readSlots, type Slot, wiringOf } from './stdio.ts'
import { takeNote, watchChild } from './watched-child.ts'

/**
 * Starts a child through the Process of the latest layer; what that lets run for real goes through the layer before, and at
 * last to Node. Gives back what Node's own method does.
 */
export function startThrough(
  layers: readonly Layer[],
  child: NodeChild,
  options: SpawnOptions,
  nodeSpawn: NodeSpawn,
): number {
  const layer = layers.at(-1)
  if (!layer) return nodeSpawn.call(child, options)
  const next = () => startThrough(layers.slice(0, -1), child, options, nodeSpawn)
  return new Start(worldOf(layer.process), child, options, nodeSpawn).begin(next)
}

/** One start, in one world. */
class Start {
  readonly #world: World
  readonly #child: NodeChild
  readonly #options: SpawnOptions
  readonly #nodeSpawn: NodeSpawn
  /** What came of the start for real, if there was one. */
  #real: { readonly result?: number } | undefined
  #rehearsed: RehearsedChild | undefined

  constructor(world: World, child: NodeChild, options: SpawnOptions, nodeSpawn: NodeSpawn) {
    this.#world = world
    this.#child = child
    this.#options = options
    this.#nodeSpawn = nodeSpawn
  }

  begin(next: () => number): number {
    const slots = isUniform(this.#options) ? readSlots(this.#options.stdio) : undefined
    if (!slots) return this.#nodeSpawn.call(this.#child, this.#options)
    const settings = settingsOf(this.#options, this.#world)
    const closed = Promise.withResolvers<void>()
    let entry: Run | undefined
    try {
      entry = launchNow(this.#world, settings, { ...wiringOf(slots), dialogue: true }, (driver, command) => {
        this.#checkOpen(slots)
        const caller = { real: () => this.#startForReal(next), closed: closed.promise }
        const handle = driver.start(command, caller)
        if (this.#real) return handle
        this.#rehearsed = new RehearsedChild(this.#child, handle, this.#options, slots)
        void this.#rehearsed.closed.then(closed.resolve)
        return this.#rehearsed.watched
      })
    } catch (error) {
      return this.#failed(error, slots)
    }
    if (entry && this.#real) takeNote(this.#child, entry)
    try {
      return this.#rehearsed?.begin(this.#nodeSpawn, this.#world.driver, entry) ?? this.#real?.result ?? 0
    } catch (error) {
      closed.resolve()
      throw error
    }
  }

  #startForReal(next: () => number): Handle {
    this.#real = {}
    const result = next()
    this.#real = { result }
    const { pid } = this.#child
    if (result !== 0 || pid === undefined) throw new ProcessStartError(this.#name, errnoName(result))
    isReal(pid)
    const { driver, journal, observer } = this.#world
    const takesNote = journal !== undefined || observer?.listens === true
    return watchChild(Object.assign(this.#child, { pid }), driver.clock, takesNote)
  }

  #checkOpen(slots: readonly Slot[]): void {
    const closed = slots.some((slot) => slot.kind === 'descriptor' && isClosed(slot.fd))
    if (closed) throw new ProcessStartError(this.#name, 'EBADF')
  }

  // What Node could not start for real it has told its caller already, or it throws.
  #failed(error: unknown, slots: readonly Slot[]): number {
    if (this.#real?.result) return this.#real.result
    if (this.#real) throw error
    return refuse(this.#child, { options: this.#options, slots }, this.#nodeSpawn, error)
  }

  get #name(): string {
    const line = lineOf(this.#options)
    return typeof line === 'string' ? line : (line[0] ?? '')
  }
}

// What Node's own functions give always is; who calls the method themselves may leave out the arguments, or get it wrong.
function isUniform(options: Partial<SpawnOptions> | undefined): boolean {
  return typeof options?.file === 'string' && (options.args === undefined || Array.isArray(options.args))
}
