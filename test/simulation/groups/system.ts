import {
  type Clock,
  type Pick as Picker,
  type Process,
  ProcessError,
  type ProcessGroup,
  type SimulatedWorld,
  type System,
} from '../../../src/index.ts'
import type { StopReport } from '../../../src/supervision/supervisor.ts'
import { drawPlan, type GroupPlan, type SlotPlan } from './plan.ts'

/** What is asked of a group, and when. */
export interface Request {
  readonly at: number
  readonly what: 'start' | 'stop' | 'restart' | 'restartOne' | 'startTwice' | 'restartTwice' | 'scale' | 'signal'
  readonly slot: string
  readonly by: number
  /** How much had happened before. */
  readonly after?: number
}

/** The group of one run: as it was drawn, as it is, and what was asked of it. */
export interface Subject {
  readonly plan: GroupPlan
  readonly group: ProcessGroup
  /** Requests by the moment at which they were made. */
  readonly asked: Request[]
  /** Stops that were accepted and have not been followed by a start, as their moments. */
  wantsDown: boolean
  /** Stops that have not been answered yet: no restart undoes them. */
  stopping: number
  /** Each stop that was answered, with the pids that nobody had named and that were there. */
  readonly reports: { readonly report: StopReport; readonly unnamed: readonly number[]; timers: number }[]
  readonly clock: Clock
  /** Timers of this system itself. */
  ownTimers: number
  /** What it answered with that is no error of its own. */
  readonly failures: unknown[]
  readonly groups: ReadonlyMap<string, ProcessGroup>
  readonly listenerThrows: boolean
}

const subjects = new WeakMap<SimulatedWorld, Subject>()

/** The group of a run. */
export function subjectOf(world: SimulatedWorld): Subject {
  return subjects.get(world) as Subject
}

const WHATS = ['stop', 'start', 'restart', 'restartOne', 'startTwice', 'restartTwice', 'scale', 'signal'] as const

/** Draws a group, starts it, asks it for all kinds of things at all kinds of moments, and stops it in the end. */
export const groupSystem: System<typeof Process> = async ({ process, world, pick, signal }) => {
  const plan = drawPlan(pick)
  const groups = new Map<string, ProcessGroup>()
  const group = build(process.group({ name: plan.name, strategy: plan.strategy }), plan, {
    process,
    groups,
    path: plan.name,
  })
  const listenerThrows = pick('a listener throws', 0, 3) === 3
  const subject: Subject = {
    plan,
    group,
    asked: [],
    wantsDown: true,
    stopping: 0,
    reports: [],
    clock: process.clock,
    ownTimers: 0,
    failures: [],
    groups,
    listenerThrows,
  }
  subjects.set(world, subject)
  if (listenerThrows) group.onEvent(throwing)
  const requests = drawRequests(pick, plan)
  void ask(subject, { at: 0, what: 'start', slot: 'a', by: 0 }, world)
  for (const request of requests) {
    subject.ownTimers++
    process.clock.setTimeout(() => {
      subject.ownTimers--
      if (!signal.aborted) void ask(subject, request, world)
    }, request.at)
  }
  return async () => {
    await ask(subject, { at: world.now, what: 'stop', slot: 'a', by: 0 }, world)
    // What could not be ended when it was to be can be by now.
    await ask(subject, { at: world.now, what: 'stop', slot: 'a', by: 0 }, world)
  }
}

function throwing(): never {
  throw new Error('a bad listener')
}

interface Site {
  readonly process: Pick<typeof Process, 'group'>
  readonly groups: Map<string, ProcessGroup>
  readonly path: string
}

/** Adds to a group what a plan says. */
export function build(group: ProcessGroup, plan: GroupPlan, { process, groups, path }: Site): ProcessGroup {
  groups.set(path, group)
  for (const { name, program, shows, cooldown, silence, maxMemory, maxCpu, ...options } of plan.slots) {
    const command = (instance: number) => [program, instance === 1 ? name : `${name}-${instance}`]
    group.add(name, command, {
      ...options,
      ...(shows && { ready: { output: 'ready' } }),
      ...(cooldown !== undefined && { cooldown }),
      ...(silence !== undefined && { hang: { silence } }),
      ...(maxMemory !== undefined && { maxMemory }),
      ...(maxCpu !== undefined && { maxCpu }),
    })
  }
  const { inner } = plan
  if (inner) {
    const site = { process, groups, path: `${path}/${inner.name}` }
    group.add(inner.name, build(process.group({ strategy: inner.strategy }), inner, site))
  }
  return group
}

function drawRequests(pick: Picker, plan: GroupPlan): readonly Request[] {
  const names = plan.slots.map(({ name }) => name)
  return Array.from({ length: pick('requests', 0, 6) }, (_, index) => ({
    at: pick(`moment ${index}`, 0, 60_000),
    what: pick(`request ${index}`, WHATS),
    slot: pick(`about ${index}`, names),
    by: pick(`by ${index}`, 0, 3),
  }))
}

/** Asks a group for something. What it may answer with are its own errors; anything else is a failure of the run. */
async function ask(subject: Subject, request: Request, world: SimulatedWorld): Promise<void> {
  const { group } = subject
  subject.asked.push({ ...request, at: world.now, after: world.events.length })
  const isStart = request.what === 'restart' ? subject.stopping === 0 : request.what.startsWith('start')
  subject.wantsDown = request.what === 'stop' || (subject.wantsDown && !isStart)
  try {
    await ACTS[request.what](group, request, subject, world)
  } catch (error) {
    const isRefused = (error as NodeJS.ErrnoException).code === 'EPERM'
    if (!(error instanceof ProcessError) && !isRefused) subject.failures.push(error)
  }
}

type Act = (
  group: ProcessGroup,
  request: Request,
  subject: Subject,
  world: SimulatedWorld,
) => Promise<unknown> | unknown

const ACTS: Readonly<Record<Request['what'], Act>> = {
  start: (group) => group.start(),
  startTwice: (group) => Promise.all([group.start(), group.start()]),
  async stop(group, _, subject, world) {
    subject.stopping++
    const report = await group.stop()
    subject.stopping--
    const named = report.stuck.flatMap(({ pids }) => pids)
    const left = subject.wantsDown ? world.family().map(({ pid }) => pid) : []
    const answer = { report, unnamed: left.filter((pid) => !named.includes(pid)), timers: 0 }
    subject.reports.push(answer)
    if (named.length === 0 && subject.wantsDown) await countTimers(subject, answer, world)
  },
  restart: (group) => group.restart(),
  restartOne: (group, { slot }) => group.restart(slot),
  restartTwice: (group, { slot }) => Promise.all([group.restart(slot), group.restart(slot)]),
  scale: (group, { slot, by }) => group.scale(slot, by),
  signal: (group) => group.signal('SIGUSR2'),
}

/** Long enough for what is waited for after an end: the rest of an output. */
const AFTERWARDS = 5000

// What a group that is down still waits for will never be.
async function countTimers(subject: Subject, answer: { timers: number }, world: SimulatedWorld): Promise<void> {
  const { length } = subject.asked
  subject.ownTimers++
  await subject.clock.sleep(AFTERWARDS)
  subject.ownTimers--
  if (subject.asked.length === length) answer.timers = world.timers - subject.ownTimers
}

/** The plans of all slots, with the group that each is in. */
export function slotsOf(
  plan: GroupPlan,
): readonly { readonly path: string; readonly slot: SlotPlan; readonly of: GroupPlan }[] {
  const own = plan.slots.map((slot) => ({ path: plan.name, slot, of: plan }))
  if (!plan.inner) return own
  const inner = slotsOf(plan.inner).map((one) => ({ ...one, path: `${plan.name}/${one.path}` }))
  return [...own, ...inner]
}
