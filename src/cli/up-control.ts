import { ControlError } from '../control/errors.ts'
import type { Request } from '../control/messages.ts'
import type { Handler } from '../control/server.ts'
import { type Duration, toMilliseconds } from '../duration.ts'
import { Process } from '../process.ts'
import type { ProcessGroup } from '../supervision/group.ts'
import type { SlotStatus } from '../supervision/status.ts'
import type { LineLog } from './line-log.ts'
import type { UpStopping } from './up-stopping.ts'
import { usageOf } from './up-usage.ts'

/** What `rehearsal status` is told. */
export interface UpStatus {
  readonly pid: number
  /** The config. */
  readonly file: string
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly slots: readonly SlotStatus[]
}

/** What `rehearsal up` lets others ask for. */
export interface Controlled {
  readonly group: ProcessGroup
  readonly stopping: UpStopping
  readonly log: LineLog
  readonly file: string
  readonly since: number
}

/** What answers the requests of `rehearsal status`, `restart`, `stop`, `logs` and `monitor`. */
export function handlersOf({ group, stopping, log, file, since }: Controlled): Readonly<Record<string, Handler>> {
  const named = (request: Request): string | undefined => {
    const name = textIn(request, 'name')
    // Told at once, and not by silence.
    if (name !== undefined) group.isRunning(name)
    return name
  }
  return {
    async *status(): AsyncGenerator<UpStatus> {
      yield { pid: process.pid, file, since, slots: group.status() }
    },
    async *restart(request) {
      const name = named(request)
      if (name === undefined) throw new ControlError('Cannot restart: expected the name of a process')
      await group.restart(name)
      yield group.status().filter((slot) => slot.name === name || slot.name.split('#')[0] === name)
    },
    async *stop() {
      yield await stopping.stop()
    },
    logs: (request, gone) => {
      const count = numberIn(request, 'count', 100)
      return log.read({ name: named(request), count, follow: request.follow === true }, gone)
    },
    monitor: (request, gone) =>
      usageOf(() => group.status(), Process, { every: toMilliseconds((request.every ?? '1s') as Duration), gone }),
  }
}

function textIn(request: Request, key: string): string | undefined {
  const value = request[key]
  if (value === undefined || typeof value === 'string') return value
  throw new ControlError(`Cannot answer: expected "${key}" to be text, found ${JSON.stringify(value)}`)
}

function numberIn(request: Request, key: string, unlessGiven: number): number {
  const value = request[key] ?? unlessGiven
  if (Number.isInteger(value) && (value as number) >= 0) return value as number
  throw new ControlError(`Cannot answer: expected "${key}" to be a whole number, found ${JSON.stringify(value)}`)
}
