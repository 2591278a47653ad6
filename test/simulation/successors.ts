import {
  type FakeDriver,
  type Invariant,
  invariant,
  LeftoversError,
  type Pick,
  type Process,
  ProcessError,
  type ProcessGroup,
  type SimulatedWorld,
  type SimulationOptions,
  type System,
} from '../../src/index.ts'
import { announceGroup, onGroup } from '../../src/supervision/registry.ts'
import { type Mortal, mortalOn } from '../supervision/mortal.ts'
import { drawPlan, type GroupPlan, programs } from './groups/plan.ts'
import { build } from './groups/system.ts'

const LEDGER = '/state/ledger.json'
/** How long somebody waits before they try a start again that was refused, in milliseconds. */
const AGAIN = 1000

/** A supervisor that is killed again and again, and those who come after it. */
interface Subject {
  readonly plan: GroupPlan
  readonly driver: FakeDriver
  readonly world: SimulatedWorld
  /** How many processes there had been when the last one was killed. */
  before: number
  /** The group of the last one, and whether it knows by now what became of its start. */
  last: ProcessGroup | undefined
  settled: boolean
  readonly failures: unknown[]
}

const subjects = new WeakMap<SimulatedWorld, Subject>()

/** Starts the same group in one program after the other, each but the last of which is killed at some moment. */
export const successorSystem: System<typeof Process> = ({ process, world, pick, signal }) => {
  const driver = process.driver as FakeDriver
  const subject: Subject = {
    plan: drawPlan(pick),
    driver,
    world,
    before: 0,
    last: undefined,
    settled: false,
    failures: [],
  }
  subjects.set(world, subject)
  const lives = pick('lives', 2, 4)
  const live = async (): Promise<void> => {
    for (let life = 1; life < lives && !signal.aborted; life++)
      await liveAndDie(subject, process, drawTimes(pick, life))
    if (signal.aborted) return
    subject.last = begin(subject, process).group
    await up(subject, subject.last)
    subject.settled = true
  }
  const lived = live()
  return async () => {
    if (!subject.last) await lived
    await subject.last?.stop()
    // What could not be ended when it was to be can be by now.
    await subject.last?.stop()
  }
}

function drawTimes(pick: Pick, life: number): { readonly alive: number; readonly dead: number } {
  return { alive: pick(`life ${life}`, 0, 20_000), dead: pick(`death ${life}`, 0, 10_000) }
}

async function liveAndDie(
  subject: Subject,
  host: typeof Process,
  { alive, dead }: { readonly alive: number; readonly dead: number },
): Promise<void> {
  const { clock } = subject.driver
  const { group, program } = begin(subject, host)
  let unwritten = false
  group.onEvent(({ type }) => {
    unwritten ||= type === 'ledgerFailed'
  })
  void up(subject, group)
  await clock.sleep(alive)
  while (program.isStarting) await clock.sleep(1)
  program.kill()
  subject.before = subject.world.processes.length
  // Whoever reads that the disk was full looks for what is left by hand.
  if (unwritten)
    await endByHand(
      subject,
      subject.world.family().map(({ pid }) => pid),
    )
  await clock.sleep(dead)
}

function begin({ plan, driver }: Subject, host: typeof Process): { group: ProcessGroup; program: Mortal } {
  const program = mortalOn(driver)
  const { process } = program
  onGroup(process, (group) => announceGroup(host, group))
  const group = process.group({ name: plan.name, strategy: plan.strategy, ledger: LEDGER })
  return { group: build(group, plan, { process, groups: new Map(), path: plan.name }), program }
}

/** Starts a group, as somebody does who looks at what the errors say. */
async function up(subject: Subject, group: ProcessGroup): Promise<void> {
  for (;;) {
    try {
      return await group.start()
    } catch (error) {
      if (!(error instanceof LeftoversError)) {
        if (!(error instanceof ProcessError)) subject.failures.push(error)
        return
      }
      await endByHand(subject, error.unsure)
      await subject.driver.clock.sleep(AGAIN)
    }
  }
}

/** Kills those that are its own, as somebody does who looks at them one by one. */
async function endByHand({ world, driver }: Subject, pids: readonly number[]): Promise<void> {
  const left = () => world.family().filter(({ pid }) => pids.includes(pid))
  while (left().length > 0) {
    for (const { pid } of left()) attempt(() => driver.processes.signal(pid, 'SIGKILL'))
    await driver.clock.sleep(AGAIN)
  }
}

// For a while somebody may not be signalled.
function attempt(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}

const holding = (
  name: string,
  check: (subject: Subject) => string | boolean,
  when: 'always' | 'quiet' | 'recovered',
): Invariant => invariant(name, (world) => check(subjects.get(world) as Subject), { when })

/** What has to hold for those who come after a supervisor that was killed. */
export const options: SimulationOptions = {
  programs,
  duration: '1m',
  recovery: '3m',
  invariants: [
    {
      name: 'I5 nothing is started before all is ended that a killed supervisor left',
      watch: (world) => ({
        onEvent(event) {
          if (event.type !== 'started' || world.process(event.serial)?.origin !== 'started') return true
          const { before } = subjects.get(world) as Subject
          const left = world.family().filter(({ serial }) => serial <= before && event.serial > before)
          return left.length === 0 || `${event.command} is started beside ${left.map(({ pid }) => pid).join(', ')}`
        },
      }),
    },
    {
      name: 'I1 one live incarnation of a slot at most',
      watch: (world) => ({
        onEvent: (event) =>
          event.type !== 'started' || world.running(event.command).length <= 1 || `${event.command} runs twice`,
      }),
    },
    holding('I26 the last one begins, or says why not', ({ settled, last }) => settled || hasBegun(last), 'recovered'),
    holding(
      'only errors of its own are thrown',
      ({ failures: [first] }) => first === undefined || String(first),
      'quiet',
    ),
  ],
}

function hasBegun(group: ProcessGroup | undefined): boolean {
  return group?.status().some(({ state }) => state !== 'idle') ?? false
}
