import { bytesOf, type Data, dataOf, type Scenario, type StartFailure, type Step } from '../contracts/scenario.ts'
import { checkScenario } from '../fake/check-scenario.ts'
import type { RecordedRun, RunEvent } from './run.ts'

/**
 * What a recorded program does, as a scenario: a recording is one. What it did after a signal is what it does about that
 * signal, whenever it comes; what was written after its end, a child that it left behind writes. `expand` puts in what the
 * symbols stand for.
 */
export function scenarioOf({ events }: RecordedRun, expand: (text: string) => string): Scenario {
  return checkScenario(stepsOf(events, expand))
}

function stepsOf(events: readonly RunEvent[], expand: (text: string) => string): Scenario {
  const turn = events.findIndex(([, code]) => code === 'signal')
  const [now, then] = turn < 0 ? [events, []] : [events.slice(0, turn), events.slice(turn)]
  const [after, , signal] = then[0] ?? []
  const steps = plainSteps(now, expand)
  if (typeof signal !== 'string') return steps
  const rest = then.slice(1)
  switch (signal) {
    // Whoever is stopped or killed has no say in it, and what comes after it was on its way.
    case 'SIGSTOP':
    case 'SIGTSTP':
    case 'SIGCONT':
      return [...steps, ...waits(after ?? 0), ...stepsOf(rest, expand)]
    case 'SIGKILL':
      return [...steps, ...plainSteps(rest.filter(isOutput), expand), { hang: true }]
    default:
      return [{ on: signal, do: stepsOf(rest, expand) } as Step, ...steps, { hang: true }]
  }
}

function plainSteps(events: readonly RunEvent[], expand: (text: string) => string): Step[] {
  const exit = events.findIndex(([, code]) => code === 'exit')
  const left = exit < 0 ? [] : events.slice(exit + 1)
  const own = exit < 0 ? events : events.slice(0, exit)
  const steps = own.flatMap((event, index) => [...waits(event[0]), ...stepsFor(event, own[index + 1], expand)])
  if (left.length > 0) steps.push({ fork: plainSteps(left, expand) })
  const end = events[exit]
  return joined(end ? [...steps, ...waits(end[0]), ...stepsFor(end, undefined, expand)] : steps)
}

function stepsFor(event: RunEvent, next: RunEvent | undefined, expand: (text: string) => string): Step[] {
  const [, code, data] = event
  switch (code) {
    case 'out':
    case 'err':
      return [{ write: code, data: typeof data === 'string' ? expand(data) : data }]
    case 'in':
      return next?.[1] === 'eof' || next?.[1] === 'in' ? linesRead(data, true) : linesRead(data, false)
    case 'eof':
      return [{ read: 'all' }]
    case 'exit':
      return [typeof data === 'number' ? { exit: data } : { die: data }]
    case 'fail':
      return [{ failToStart: (typeof data === 'string' ? data : data.errno) as StartFailure }]
    default:
      return []
  }
}

// By lines and not by bytes: a path or a secret in it may be shorter or longer this time.
function linesRead(data: Data, goesOn: boolean): Step[] {
  if (typeof data !== 'string') return [{ read: bytesOf(data).length }]
  const lines = data.split('\n')
  const rest = lines.pop() ?? ''
  const whole = lines.map((): Step => ({ read: 'line' }))
  return rest === '' || goesOn ? whole : [...whole, { read: Buffer.byteLength(rest) }]
}

function waits(after: number): Step[] {
  return after > 0 ? [{ wait: after }] : []
}

/** Lines that were written together are written together. */
function joined(steps: readonly Step[]): Step[] {
  const groups: Step[][] = []
  for (const step of steps) {
    const last = groups.at(-1)
    const before = last?.[0]
    if (last && before && 'write' in before && 'write' in step && before.write === step.write) last.push(step)
    else groups.push([step])
  }
  return groups.map((group) => (group.length === 1 ? (group[0] as Step) : inOne(group)))
}

function inOne(writes: readonly Step[]): Step {
  const [first] = writes
  const bytes = writes.map((step) => ('write' in step ? bytesOf(step.data) : new Uint8Array(0)))
  return { write: first && 'write' in first ? first.write : 'out', data: dataOf(Buffer.concat(bytes)) }
}

function isOutput([, code]: RunEvent): boolean {
  return code === 'out' || code === 'err'
}
