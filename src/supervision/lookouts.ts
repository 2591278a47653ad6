import type { ProcessTable } from '../contracts/process-table.ts'
import { type InvokedProcess, lifeOf } from '../invoked-process.ts'
import { LineSearch } from '../line-search.ts'
import { Looks } from '../monitoring/looks.ts'
import { type Sampled, type SampleListener, Sampler } from '../monitoring/sampler.ts'
import { Threshold } from '../monitoring/threshold.ts'
import { ofTree } from '../monitoring/watching.ts'
import type { Ground } from './ground.ts'
import type { HangSpec, LimitSpec } from './health-options.ts'
import { Patience } from './patience.ts'
import { ask } from './probe.ts'
import { shows, traceOf } from './readiness.ts'
import type { HangKind, Trouble } from './supervision-events.ts'

/** What somebody is to look out for, and whom to tell. */
export interface Lookout {
  readonly process: InvokedProcess
  readonly ground: Ground
  /** Aborts when it is over. */
  readonly stop: AbortSignal
  readonly report: (trouble: Trouble) => void
}

/** Looks out for every way to hang that is named. */
export function lookForHang(lookout: Lookout, { silence, heartbeat, probe, limit, noProgress }: HangSpec): void {
  if (silence !== undefined) lookForSilence(lookout, silence)
  if (heartbeat?.output !== undefined) lookForBeats(lookout, heartbeat.output, heartbeat.within)
  if (heartbeat?.file !== undefined) lookForTouches(lookout, heartbeat.file, heartbeat.within)
  if (probe) lookByProbe(lookout, probe)
  if (limit !== undefined) lookForEnd(lookout, limit)
  if (noProgress !== undefined) lookForProgress(lookout, noProgress)
}

/** Looks out for a process that uses too much. */
export function lookForUse(lookout: Lookout, of: 'memory' | 'cpu', spec: LimitSpec): void {
  const { process, ground, stop, report } = lookout
  const threshold = new Threshold(of, spec.limit, spec)
  const { limit } = threshold
  const listener: SampleListener = {
    onSample: (sample) => {
      if (threshold.feed(sample) !== 'raised') return
      if (of === 'memory') report({ type: 'highMemory', memory: sample.memory, limit })
      else report({ type: 'highCpu', cpu: sample.cpu ?? 0, limit })
    },
    onMissing: () => void threshold.feed(undefined),
  }
  // A shell uses nothing itself: what counts is what it runs.
  const { inShell } = lifeOf(process)
  const heard = inShell ? ofTree(new Looks(ground.processes), listener, () => stop.aborted) : listener
  const forget = Sampler.of(ground).watch(sampled(process), heard, spec)
  stop.addEventListener('abort', forget, { once: true })
}

function lookForSilence(lookout: Lookout, ms: number): void {
  const patience = patienceOf(lookout, ms, 'silence', `no output for ${ms} ms`)
  const quit = lifeOf(lookout.process).capture.listen(() => patience.beat())
  lookout.stop.addEventListener('abort', quit, { once: true })
}

function lookForBeats(lookout: Lookout, output: string | RegExp, ms: number): void {
  const patience = patienceOf(lookout, ms, 'heartbeat', `no heartbeat for ${ms} ms`)
  const search = new LineSearch((_type, line) => {
    if (shows(output, line)) patience.beat()
    return false
  }, 'utf8')
  const quit = lifeOf(lookout.process).capture.listen((entry) => search.hear(entry))
  lookout.stop.addEventListener('abort', quit, { once: true })
}

function lookForTouches(lookout: Lookout, file: string, ms: number): void {
  const { ground, stop } = lookout
  const patience = patienceOf(lookout, ms, 'heartbeat', `"${file}" not touched for ${ms} ms`)
  let last: string | undefined
  void repeatedly(ground, Math.max(10, ms / 4), stop, async () => {
    const trace = await traceOf(file, ground)
    if (trace !== last && trace !== undefined) patience.beat()
    last = trace
  })
}

function lookByProbe(lookout: Lookout, { probe, every, timeout, failures }: NonNullable<HangSpec['probe']>): void {
  const { ground, stop } = lookout
  let failed = 0
  void repeatedly(ground, every, stop, async () => {
    const answer = await ask(probe, ground, timeout, stop)
    if (answer !== undefined) failed = answer ? 0 : failed + 1
    if (failed === failures && !stop.aborted) lookout.report(hang('probe', `${failures} probes have failed`))
  })
}

function lookForEnd({ ground, stop, report }: Lookout, ms: number): void {
  const timer = ground.clock.setTimeout(() => report(hang('timeLimit', `still running after ${ms} ms`)), ms)
  stop.addEventListener('abort', () => ground.clock.clearTimeout(timer), { once: true })
}

function lookForProgress(lookout: Lookout, ms: number): void {
  const { process, ground, stop } = lookout
  const patience = patienceOf(lookout, ms, 'noProgress', `no progress for ${ms} ms`)
  let last = ''
  const moved = new Map<number, number>()
  const look = async (cpuTime: number): Promise<void> => {
    const work = `${cpuTime} ${await workOf(process, ground.processes, moved)}`
    if (work !== last) patience.beat()
    last = work
  }
  const listener = {
    onSample: ({ cpuTime }: { cpuTime: number }) => void look(cpuTime),
    // Nothing is known of it: that is no sign of life, and none of the contrary.
    onMissing: () => patience.beat(),
  }
  const forget = Sampler.of(ground).watch(sampled(process), listener, { every: Math.max(10, ms / 4) })
  stop.addEventListener('abort', forget, { once: true })
}

// What has moved through its pipes as far as is known, and for a shell all that those have done that it runs.
async function workOf(process: InvokedProcess, table: ProcessTable, moved: Map<number, number>): Promise<string> {
  const children = lifeOf(process).inShell ? await table.descendants(process.id()).catch(() => []) : []
  const samples = children.length > 0 ? await table.sample(children).catch(() => undefined) : undefined
  const all = [process.id(), ...children].map(async (pid) => {
    const { io } = (await table.details(pid).catch(() => undefined)) ?? {}
    if (io) moved.set(pid, io.read + io.written)
    const sample = samples?.get(pid)
    return [pid, sample && 'cpuTime' in sample ? sample.cpuTime : '', moved.get(pid)].join(' ')
  })
  return (await Promise.all(all)).join('\n')
}

function sampled(process: InvokedProcess): Sampled {
  return { pid: process.id(), isOver: () => !process.running() }
}

function patienceOf({ ground, stop, report }: Lookout, ms: number, kind: HangKind, detail: string): Patience {
  const patience = new Patience(ground.clock, ms, () => report(hang(kind, detail)))
  stop.addEventListener('abort', () => patience.stop(), { once: true })
  return patience
}

function hang(kind: HangKind, detail: string): Trouble {
  return { type: 'hang', kind, detail }
}

async function repeatedly(ground: Ground, ms: number, stop: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!stop.aborted) {
    await ground.clock.sleep(ms, stop).catch(() => {})
    if (!stop.aborted) await act()
  }
}
