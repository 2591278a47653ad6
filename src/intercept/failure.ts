import { constants } from 'node:os'
import { getSystemErrorName } from 'node:util'
import type { Source } from '../contracts/driver.ts'
import { ProcessStartError } from '../errors.ts'
import { ChildStdio } from './child-stdio.ts'
import type { Taker } from './child-streams.ts'
import type { NativeHandle, NodeChild, NodeSpawn, SpawnOptions } from './node-internals.ts'
import type { Slot } from './stdio.ts'

/** Those that Node tells in an event; the others it throws. */
const TOLD = ['ENOENT', 'EACCES', 'EAGAIN', 'EMFILE', 'ENFILE']
/** Of these Node gives the child no streams. */
const WITHOUT_STREAMS = ['EMFILE', 'ENFILE']

/** What is left of pipes to a process that never was. */
const ENDED: Source = { flow: (_, onEnd) => onEnd(), pause() {}, resume() {}, close() {} }
/** It fails within the write, so that whoever wrote hears of it, and nobody else: the stream is gone before it could say more. */
const BROKEN: Taker = { write: () => false, end() {} }

/**
 * Lets a start fail as Node's do: with the system's errno where there is one. Other errors, such as a command without a
 * rule, take the same way and arrive in the 'error' event as they are.
 */
export function refuse(
  child: NodeChild,
  { options, slots }: { options: SpawnOptions; slots: readonly Slot[] },
  nodeSpawn: NodeSpawn,
  error: unknown,
): number {
  const handle = child._handle as NativeHandle
  const system = error instanceof ProcessStartError && errnoOf(error.errno) !== undefined ? error.errno : undefined
  const name = system ?? 'ENOENT'
  handle.spawn = () => errnoOf(name) ?? -1
  if (system === undefined) tellInstead(child, handle, error)
  const result = nodeSpawn.call(child, { ...options, stdio: 'ignore' })
  if (TOLD.includes(name) && !WITHOUT_STREAMS.includes(name)) attachEnded(child, options, slots)
  return result
}

/** The name of a negative errno, `ENOENT` for -2. */
export function errnoName(errno: number): string {
  return errno < 0 ? getSystemErrorName(errno) : 'EUNKNOWN'
}

/** A name as a negative errno. */
export function errnoOf(name: string): number | undefined {
  const number = (constants.errno as Readonly<Record<string, number>>)[name]
  return number === undefined ? undefined : -number
}

// Node makes the error itself, from the errno. For the moment in which it tells, ours takes its place.
function tellInstead(child: NodeChild, handle: NativeHandle, error: unknown): void {
  const { onexit } = handle
  handle.onexit = (code) => {
    const { emit } = child
    const own = Object.getOwnPropertyDescriptor(child, 'emit')
    const telling = (event: string, ...rest: unknown[]) =>
      Reflect.apply(emit, child, event === 'error' ? [event, error] : [event, ...rest])
    Object.defineProperty(child, 'emit', { value: telling, configurable: true })
    try {
      onexit(code)
    } finally {
      Reflect.deleteProperty(child, 'emit')
      if (own) Object.defineProperty(child, 'emit', own)
    }
  }
}

function attachEnded(child: NodeChild, options: SpawnOptions, slots: readonly Slot[]): void {
  const handle = child._handle as NativeHandle
  const own = ({ kind } = { kind: 'ignore' } as Slot) => kind === 'pipe'
  const [stdin, stdout, stderr] = slots
  const stdio = new ChildStdio(child, slots, {
    stdin: own(stdin) ? BROKEN : undefined,
    stdout: own(stdout) ? ENDED : undefined,
    stderr: own(stderr) ? ENDED : undefined,
  })
  const { onexit } = handle
  handle.onexit = (code) => stdio.end(() => onexit(code))
  stdio.attach(options, () => {})
  stdio.begin()
}
