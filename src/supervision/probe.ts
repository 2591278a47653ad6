import type { CommandInput } from '../command.ts'
import type { Ground } from './ground.ts'
import { bad } from './policy-options.ts'

/** A question to a process, from outside, that takes a moment to answer. */
export type Probe =
  /** Somebody accepts connections on a port; of this machine, unless a `host` is given. */
  | { readonly port: number; readonly host?: string }
  /** A GET is answered with a status from 200 to 399, or with this one. */
  | { readonly http: string; readonly status?: number }
  /** A command succeeds. */
  | { readonly command: CommandInput }
  /** A function of one's own gives something other than `false`, and does not throw. */
  | ((signal: AbortSignal) => unknown)

/** @throws TypeError for a probe that means nothing. */
export function checkProbe(probe: Probe): void {
  if (typeof probe === 'function') return
  if (typeof probe === 'object' && probe !== null) {
    if ('port' in probe && Number.isInteger(probe.port) && probe.port > 0 && probe.port < 65_536) return
    if ('http' in probe && URL.canParse(probe.http) && /^https?:/.test(probe.http)) return
    if ('command' in probe && probe.command.length > 0) return
  }
  throw bad(probe, 'a probe', '{ port }, { http }, { command } or a function')
}

/**
 * Asks once. One that gives no answer within the limit has failed, and one that was asked while this program itself was held
 * up tells nothing: `undefined`.
 */
export async function ask(
  probe: Probe,
  ground: Ground,
  limit: number,
  stop: AbortSignal,
): Promise<boolean | undefined> {
  const time = new AbortController()
  const due = ground.clock.monotonic() + limit
  const tooLate = new Promise<false>((resolve) => {
    time.signal.addEventListener('abort', () => resolve(false), { once: true })
  })
  const timer = ground.clock.setTimeout(() => time.abort(new Error(`no answer within ${limit} ms`)), limit)
  const abort = () => time.abort(stop.reason)
  stop.addEventListener('abort', abort, { once: true })
  try {
    const answer = await Promise.race([answerOf(probe, ground, time.signal).catch(() => false), tooLate])
    return answer || !ground.wasHeldUp(due, limit) ? answer : undefined
  } finally {
    ground.clock.clearTimeout(timer)
    stop.removeEventListener('abort', abort)
    time.abort()
  }
}

async function answerOf(probe: Probe, ground: Ground, signal: AbortSignal): Promise<boolean> {
  if (typeof probe === 'function') return (await probe(signal)) !== false
  if ('port' in probe) return ground.net.connects(probe, signal)
  if ('command' in probe) return ground.succeeds(probe.command, signal)
  const status = await ground.net.status(probe.http, signal)
  if (status === undefined) return false
  return probe.status === undefined ? status >= 200 && status < 400 : status === probe.status
}
