import type { InvokedProcess } from '../invoked-process.ts'
import type { Ground } from './ground.ts'
import { bad } from './policy-options.ts'
import { ask, checkProbe, type Probe } from './probe.ts'

/** By what a process shows that it is ready. */
export type Readiness =
  /** A line of its output that contains this text, or that this expression matches. */
  | { readonly output: string | RegExp }
  /** A line `READY=1` of its output. */
  | { readonly notify: true }
  /** A file that was not there before, or has changed since. */
  | { readonly file: string }
  | Probe

/** How often is looked, in milliseconds. */
const LOOK = 100
/** How long an answer may take. */
const PATIENCE = 1000
const NOTICE = /^READY=1\s*$/

/** @throws TypeError for a readiness that means nothing. */
export function checkReadiness(readiness: Readiness): void {
  if (typeof readiness === 'object' && readiness !== null) {
    if ('output' in readiness && (typeof readiness.output === 'string' || readiness.output instanceof RegExp)) return
    if ('notify' in readiness && readiness.notify === true) return
    if ('file' in readiness && typeof readiness.file === 'string' && readiness.file !== '') return
  }
  try {
    checkProbe(readiness as Probe)
  } catch {
    throw bad(readiness, 'ready', '{ output }, { notify }, { file }, { port }, { http }, { command } or a function')
  }
}

/** Whether a line is the one that is waited for. */
export function shows(what: string | RegExp, line: string): boolean {
  return typeof what === 'string' ? line.includes(what) : line.search(what) >= 0
}

/** What a file was like, for those who want to know whether it has changed. */
export async function traceOf(file: string, { files }: Ground): Promise<string | undefined> {
  const stat = await files.stat(file).catch(() => undefined)
  return stat && `${stat.modifiedAt} ${stat.size}`
}

/**
 * Resolves with whether a process has shown that it is ready: not so when it ended before, or nobody wants to know any more.
 * `before` is what the file was like before it was started.
 */
export async function untilReady(
  readiness: Readiness,
  process: InvokedProcess,
  ground: Ground,
  how: { readonly stop: AbortSignal; readonly before: string | undefined },
): Promise<boolean> {
  const { stop, before } = how
  if (typeof readiness === 'object' && 'output' in readiness) return untilLine(process, readiness.output)
  if (typeof readiness === 'object' && 'notify' in readiness) return untilLine(process, NOTICE)
  const isFile = typeof readiness === 'object' && 'file' in readiness
  const isReady = isFile
    ? async () => ![undefined, before].includes(await traceOf(readiness.file, ground))
    : () => ask(readiness, ground, PATIENCE, stop)
  return untilSo(isReady, ground, stop)
}

function untilLine(process: InvokedProcess, what: string | RegExp): Promise<boolean> {
  return process.waitUntil((_type, line) => shows(what, line)).catch(() => false)
}

async function untilSo(isSo: () => Promise<boolean | undefined>, ground: Ground, stop: AbortSignal): Promise<boolean> {
  while (!stop.aborted) {
    if (await isSo()) return !stop.aborted
    await ground.clock.sleep(LOOK, stop).catch(() => {})
  }
  return false
}
