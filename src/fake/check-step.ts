import { constants } from 'node:os'
import { defaultAction, isSignal } from '../contracts/signals.ts'
import { shown } from '../shown.ts'

type Values = Readonly<Record<string, unknown>>

/** Why no program could perform a step, in words, looked at by itself: without the steps within it, and around it. */
export function problemOfStep(step: unknown): string | undefined {
  if (typeof step !== 'object' || step === null) return 'no such step'
  let isKnown = false
  for (const kind of Object.keys(step)) {
    if (!Object.hasOwn(CHECKS, kind)) continue
    isKnown = true
    const problem = CHECKS[kind]?.(step as Values)
    if (problem !== undefined) return problem
  }
  return isKnown ? undefined : 'no such step'
}

type Check = (step: Values) => string | undefined

const CHECKS: Readonly<Record<string, Check>> = {
  write: ({ write, data, times = 1 }) =>
    unless(write === 'out' || write === 'err', 'it writes to out or err') ??
    ofData(data) ??
    unless(isWhole(times, 0), 'it writes a whole number of times'),
  wait: ({ wait }) => unless(isAmount(wait), 'a wait is a number of milliseconds from 0 on'),
  read: ({ read }) => ofReading(read),
  reply: ({ reply }) => ofReplies(reply),
  echo: ({ echo }) => unless(echo === 'in', 'it echoes in'),
  on: ({ on, do: answer }) =>
    unless(isSignal(on), 'no such signal') ??
    unless(on !== 'SIGKILL' && on !== 'SIGSTOP', 'no program can handle that signal') ??
    unless(answer === 'ignore' || Array.isArray(answer), 'a signal is ignored, or answered by steps'),
  use: ({ use }) => ofUse(use),
  fork: ({ fork }) => unless(Array.isArray(fork), 'a child does a list of steps'),
  file: ({ file, data }) => unless(typeof file === 'string' && file !== '', 'a file has a path') ?? ofData(data),
  listen: ({ listen, answer }) =>
    unless(isWhole(listen, 1, 65_535), 'a port is a whole number from 1 to 65535') ??
    unless(answer === undefined || isWhole(answer, 100, 999), 'a status is a whole number from 100 to 999'),
  tell: ({ tell }) => unless(isFact(tell), `it tells ${FACTS.join(', ')} or env:NAME`),
  close: ({ close }) => unless(['in', 'out', 'err'].includes(close as string), 'it closes in, out or err'),
  exit: ({ exit }) => unless(Number.isInteger(exit), 'an exit code is a whole number'),
  die: ({ die }) =>
    !isSignal(die) ? 'no such signal' : unless(defaultAction(die) === 'die', 'nobody dies of that signal'),
  hang: ({ hang }) => unless(hang === true, 'it hangs, or has no such step'),
  failToStart: ({ failToStart }) => unless(isErrno(failToStart), 'no such reason for not starting'),
}

function unless(holds: boolean, problem: string): string | undefined {
  return holds ? undefined : problem
}

function ofData(data: unknown): string | undefined {
  const isBase64 = typeof data === 'object' && data !== null && 'base64' in data && typeof data.base64 === 'string'
  return typeof data === 'string' || isBase64 ? undefined : `${shown(data)} is neither text nor bytes`
}

function ofReading(read: unknown): string | undefined {
  if (typeof read === 'number') return unless(isWhole(read, 1), 'bytes are read by a whole number from 1 on')
  return unless(read === 'line' || read === 'all', 'it reads "line", "all", or a number of bytes')
}

function ofReplies(replies: unknown): string | undefined {
  if (!Array.isArray(replies)) return 'replies are a list'
  const bad = replies.find((reply) => typeof reply !== 'object' || reply === null || typeof reply.when !== 'string')
  if (bad !== undefined) return `${shown(bad)} is no reply: expected { when, write }`
  return replies.map(({ write }) => ofData(write)).find((problem) => problem !== undefined)
}

function ofUse(use: unknown): string | undefined {
  if (typeof use !== 'object' || use === null) return 'it uses memory or cpu'
  const { memory, cpu } = use as Values
  const isUse = (amount: unknown) => amount === undefined || isAmount(amount)
  return (
    unless(isUse(memory), `memory is a number of bytes from 0 on, not ${shown(memory)}`) ??
    unless(isUse(cpu), `a share of a core is a number from 0 on, not ${shown(cpu)}`)
  )
}

const FACTS = ['cwd', 'pid', 'user', 'group', 'groups', 'nice', 'umask']

function isFact(fact: unknown): boolean {
  return typeof fact === 'string' && (FACTS.includes(fact) || fact.startsWith('env:'))
}

// Node says UNKNOWN where a system has a reason that it has no name for: a recording may hold that.
function isErrno(name: unknown): boolean {
  return typeof name === 'string' && (Object.hasOwn(constants.errno, name) || name === 'UNKNOWN')
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}

function isWhole(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}
