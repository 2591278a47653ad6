import {
  type Invariant,
  invariant,
  type Process,
  ProcessError,
  type ProcessRecovery,
  type SimulatedWorld,
  type SimulationOptions,
  type SupervisionEvent,
  type System,
} from '../../src/index.ts'

/** What a callback does that somebody gave to a recovery. */
type Callback = 'nothing' | 'throws' | 'hangs' | 'restarts the process' | 'restarts by the recovery' | 'takes its time'

/** A recovery of one run, with what its callbacks were told, and when it was stopped. */
interface Subject {
  recovery: ProcessRecovery
  callback: Callback
  called: number
  events: SupervisionEvent[]
  stoppedAt: number | undefined
  failures: unknown[]
}

const CALLBACKS: readonly Callback[] = [
  'nothing',
  'throws',
  'hangs',
  'restarts the process',
  'restarts by the recovery',
  'takes its time',
]
const PATIENCE = 5000
const subjects = new WeakMap<SimulatedWorld, Subject>()

/** Looks after a process in one of many ways, and stops that at some moment. */
export const recoverySystem: System<typeof Process> = async ({ process, world, pick, signal }) => {
  const running = await process
    .forever()
    .start('service')
    .catch(() => undefined)
  if (!running) return
  const recovery = process.recovery(running, { callbackTimeout: PATIENCE }).policy({
    restart: pick('restart', ['never', 'on-failure', 'always']),
    maxRestarts: Number.POSITIVE_INFINITY,
  })
  const callback = pick('callback', CALLBACKS)
  const subject: Subject = { recovery, callback, called: 0, events: [], stoppedAt: undefined, failures: [] }
  subjects.set(world, subject)
  recovery.onEvent((event) => subject.events.push(event))
  const act = async (): Promise<void> => {
    subject.called++
    if (callback === 'throws') throw new Error('a bad callback')
    if (callback === 'hangs') await new Promise(() => {})
    if (callback === 'takes its time') await process.clock.sleep(1000)
    if (callback === 'restarts the process') await running.restart().catch(own)
    if (callback === 'restarts by the recovery') await recovery.restart().catch(own)
  }
  const own = (error: unknown): void => {
    if (!(error instanceof ProcessError)) subject.failures.push(error)
  }
  recovery.onCrash(act)
  if (pick('hang', [false, true])) recovery.onHang(act, { silence: '10s' })
  if (pick('memory', [false, true])) recovery.onHighMemory(act, '50MB')
  const stop = async (): Promise<void> => {
    subject.stoppedAt ??= world.events.length
    await recovery.stop()
  }
  if (pick('stops early', [false, false, true])) {
    process.clock.setTimeout(() => void (signal.aborted || stop()), pick('moment', 0, 60_000))
  }
  return async () => {
    await stop()
    // What could not be ended when it was to be can be by now.
    await stop()
  }
}

const after = (
  name: string,
  check: (subject: Subject, world: SimulatedWorld) => string | boolean,
  when: 'quiet' | 'recovered' | 'ended',
): Invariant =>
  invariant(
    name,
    (world) => {
      const subject = subjects.get(world)
      return subject ? check(subject, world) : true
    },
    { when },
  )

/** What has to hold for recoveries. */
export const options: SimulationOptions = {
  programs: {
    service: [
      { use: { memory: 10_000_000 } },
      ...Array.from({ length: 100 }, () => [{ wait: 3000 }, { write: 'out', data: 'beat\n' }] as const).flat(),
      { hang: true },
    ],
  },
  recovery: '2m',
  invariants: [
    invariant('I1 one at most', (world) => world.running('service').length <= 1),
    after('I9 a stop wins', startedAfterStop, 'quiet'),
    after('I10 each trouble is called back for once', calledOnce, 'ended'),
    after('I25 a callback that throws or hangs is reported, and changes nothing else', reported, 'ended'),
    after('I26 what is to run runs', runsAgain, 'recovered'),
    after('only errors of its own are thrown', ({ failures }) => failures.length === 0 || String(failures[0]), 'quiet'),
  ],
}

function startedAfterStop({ stoppedAt }: Subject, { events }: SimulatedWorld): string | boolean {
  if (stoppedAt === undefined) return true
  const starts = events
    .slice(stoppedAt)
    .filter((event) => event.type === 'supervised' && event.event.type === 'starting')
  return starts.length === 0 || 'it is started after a stop'
}

function calledOnce({ events, called }: Subject): string | boolean {
  const troubles = events.filter(({ type }) => ['crash', 'hang', 'highMemory'].includes(type))
  const crashes = events.filter(({ type }) => type === 'crash').map(({ incarnation }) => incarnation)
  if (new Set(crashes).size !== crashes.length) return 'one incarnation crashed twice'
  return called === troubles.length || `${called} calls for ${troubles.length} troubles`
}

function reported({ events, callback, called }: Subject): string | boolean {
  const failures = events.filter(({ type }) => type === 'callbackFailed').length
  const bad = callback === 'throws' || callback === 'hangs'
  if (bad) return failures === called || `${failures} of ${called} were reported`
  // One that restarts may well wait for longer than it is given.
  return callback !== 'nothing' || failures === 0 || `${failures} callbacks are said to have failed`
}

function runsAgain({ recovery, stoppedAt }: Subject, world: SimulatedWorld): string | boolean {
  const [row] = recovery.status()
  if (stoppedAt !== undefined || world.isBroken('service') || !row) return true
  const isFine = ['ready', 'done', 'failed', 'stuck'].includes(row.state)
  return isFine || `it is ${row.state}`
}
