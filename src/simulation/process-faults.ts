import type { Scenario, Step } from '../contracts/scenario.ts'
import type { Signal } from '../contracts/signals.ts'
import type { Dice } from './dice.ts'
import { cutAt, doubled, silentFrom } from './edits.ts'
import type { Fault, ProcessFaultName } from './fault.ts'

/** What a fault makes of one process: parts that are put together with those of other faults. */
export interface Ailment {
  /** Why it does not start. */
  readonly errno?: string
  /** How long it takes to start, and to be heard of. */
  readonly delay?: number
  readonly heardAfter?: number
  /** What becomes of its scenario. A program that is a function has none, and does not suffer from that. */
  readonly edit?: (scenario: Scenario) => Scenario
  /** What it does besides. */
  readonly beside?: Scenario
  /** From when on, and for how long, it does nothing at all; for ever where that is not said. */
  readonly frozen?: { readonly from: number; readonly for?: number }
  /** How long it takes signals to arrive while that is the matter, and whether they are refused. */
  readonly signalDelay?: number
  readonly refusesFor?: number
  /** How long its exit is not told. */
  readonly zombieFor?: number
  /** How long a stranger has its pid after it. */
  readonly takenFor?: number
}

/** A kind of fault: what is drawn for it, and what it does. */
export interface ProcessFaultKind {
  readonly says: string
  draw(dice: Dice): Partial<Fault>
  ail(fault: Fault): Ailment
}

const ASKING: readonly Signal[] = ['SIGTERM', 'SIGINT', 'SIGHUP']
const MB = 1024 ** 2

const after = (dice: Dice): Partial<Fault> => ({ after: dice.time(30_000) })
const lasting =
  (limit: number) =>
  (dice: Dice): Partial<Fault> => ({ for: dice.time(limit) })
const nothing = (): Partial<Fault> => ({})

/** Does steps once some time has passed. */
function later(fault: Fault, ...steps: readonly Step[]): Ailment {
  return { beside: [{ wait: fault.after ?? 0 }, ...steps] }
}

/** Ends as a fault says: of a signal, or with a code. */
function endOf({ signal, code }: Fault): Step {
  return signal ? { die: signal } : { exit: code ?? 1 }
}

function onAsking(reaction: 'ignore' | readonly Step[]): Ailment {
  return { beside: ASKING.map((signal) => ({ on: signal, do: reaction })) }
}

/** All that can go wrong with one process. */
export const PROCESS_FAULTS: Readonly<Record<ProcessFaultName, ProcessFaultKind>> = {
  failsToStart: {
    says: 'the system refuses to start it',
    draw: (dice) => ({ errno: dice.oneOf(['EAGAIN', 'EMFILE', 'ENOENT', 'EACCES', 'ENOMEM']) }),
    ail: ({ errno = 'EAGAIN' }) => ({ errno }),
  },
  startsLate: {
    says: 'its start takes long',
    draw: lasting(10_000),
    ail: (fault) => ({ delay: fault.for ?? 0 }),
  },
  isHeardOfLate: {
    says: 'its caller hears of its start late, perhaps after its end',
    draw: lasting(5000),
    ail: (fault) => ({ heardAfter: fault.for ?? 0 }),
  },
  isSlow: {
    says: 'it begins to do anything only after a while',
    draw: lasting(30_000),
    ail: (fault) => ({ edit: (scenario) => [{ wait: fault.for ?? 0 }, ...scenario] }),
  },
  exits: {
    says: 'it exits with 0',
    draw: (dice) => ({ after: dice.chance(0.3) ? 0 : dice.time(30_000) }),
    ail: (fault) => later(fault, { exit: 0 }),
  },
  crashes: {
    says: 'it exits with a code, or dies of a signal',
    draw: (dice) => ({
      after: dice.chance(0.2) ? 0 : dice.time(30_000),
      ...(dice.chance(0.5)
        ? { code: dice.oneOf([1, 2, 126, 127]) }
        : { signal: dice.oneOf<Signal>(['SIGSEGV', 'SIGKILL', 'SIGABRT', 'SIGTERM']) }),
    }),
    ail: (fault) => later(fault, endOf(fault)),
  },
  hangs: {
    says: 'it does nothing any more, and uses nothing',
    draw: after,
    ail: (fault) => ({ edit: (scenario) => [...cutAt(scenario, fault.after ?? 0), { hang: true }] }),
  },
  spins: {
    says: 'it does nothing any more, and uses a whole core',
    draw: after,
    ail: (fault) => ({
      edit: (scenario) => [...cutAt(scenario, fault.after ?? 0), { use: { cpu: 1 } }, { hang: true }],
    }),
  },
  isPaused: {
    says: 'somebody else stops it with STOP',
    draw: after,
    ail: (fault) => ({ frozen: { from: fault.after ?? 0 } }),
  },
  isUninterruptible: {
    says: 'it waits for a device: no signal reaches it for a while, not even KILL',
    draw: (dice) => ({ after: dice.time(30_000), for: dice.time(20_000) }),
    ail: (fault) => ({ frozen: { from: fault.after ?? 0, for: fault.for ?? 0 } }),
  },
  ignoresSignals: {
    says: 'it ignores TERM, INT and HUP',
    draw: nothing,
    ail: () => onAsking('ignore'),
  },
  stopsSlowly: {
    says: 'it takes its time to end when it is asked to',
    draw: (dice) => ({ for: dice.time(20_000), code: dice.oneOf([0, 143]) }),
    ail: (fault) => onAsking([{ wait: fault.for ?? 0 }, { exit: fault.code ?? 0 }]),
  },
  forksWhenStopped: {
    says: 'asked to end, it starts a child and exits',
    draw: nothing,
    ail: () => onAsking([{ fork: [{ hang: true }], quiet: true }, { exit: 0 }]),
  },
  refusesSignals: {
    says: 'it may not be signalled for a while (EPERM)',
    draw: lasting(30_000),
    ail: (fault) => ({ refusesFor: fault.for ?? 0 }),
  },
  diesLate: {
    says: 'signals take their time to reach it, KILL too',
    draw: lasting(15_000),
    ail: (fault) => ({ signalDelay: fault.for ?? 0 }),
  },
  exitIsToldLate: {
    says: 'it stays a zombie for a while before its exit is told',
    draw: lasting(15_000),
    ail: (fault) => ({ zombieFor: fault.for ?? 0 }),
  },
  leavesChild: {
    says: 'it starts a child in its group that stays',
    draw: after,
    ail: (fault) => later(fault, { fork: [{ hang: true }], quiet: true }),
  },
  leavesTalker: {
    says: 'it starts a child that holds its output open and goes on writing',
    draw: after,
    ail: (fault) => later(fault, { fork: [{ wait: 1000 }, { write: 'out', data: 'still here\n' }, { hang: true }] }),
  },
  childEscapes: {
    says: 'it starts a child with a session of its own, which holds its output open for a while',
    draw: (dice) => ({ after: dice.time(30_000), for: dice.time(600_000) }),
    ail: (fault) => later(fault, { fork: [{ wait: fault.for ?? 0 }, { exit: 0 }], detached: true }),
  },
  daemonizes: {
    says: 'it leaves its work to a child, and exits with 0',
    draw: after,
    ail: (fault) => later(fault, { fork: [{ hang: true }], quiet: true }, { exit: 0 }),
  },
  leaks: {
    says: 'it holds more memory every second',
    draw: (dice) => ({ after: dice.time(10_000), by: dice.oneOf([MB, 10 * MB, 100 * MB]) }),
    ail: (fault) => later(fault, ...leak(fault.by ?? MB)),
  },
  spikes: {
    says: 'it holds much memory for a while',
    draw: (dice) => ({ after: dice.time(30_000), for: dice.time(20_000), by: dice.oneOf([100 * MB, 2048 * MB]) }),
    ail: (fault) =>
      later(fault, { use: { memory: fault.by ?? 0 } }, { wait: fault.for ?? 0 }, { use: { memory: 10 * MB } }),
  },
  burns: {
    says: 'it uses a whole core for a while',
    draw: (dice) => ({ after: dice.time(30_000), for: dice.time(30_000) }),
    ail: (fault) => later(fault, { use: { cpu: 1 } }, { wait: fault.for ?? 0 }, { use: { cpu: 0 } }),
  },
  fallsSilent: {
    says: 'it goes on without writing anything',
    draw: after,
    ail: (fault) => ({ edit: (scenario) => silentFrom(scenario, fault.after ?? 0) }),
  },
  breaksOff: {
    says: 'it writes the beginning of a line whose end never comes',
    draw: after,
    ail: (fault) => later(fault, { write: 'out', data: 'half a li' }),
  },
  repeatsItself: {
    says: 'it says everything twice',
    draw: nothing,
    ail: () => ({ edit: doubled }),
  },
  floods: {
    says: 'it writes a great deal',
    draw: (dice) => ({ after: dice.time(10_000), by: dice.oneOf([1000, 100_000, 1_000_000]) }),
    ail: (fault) =>
      later(fault, { write: 'out', data: `${'x'.repeat(99)}\n`, times: Math.ceil((fault.by ?? 0) / 100) }),
  },
  babbles: {
    says: 'it writes bytes that are no text',
    draw: after,
    ail: (fault) => later(fault, { write: 'err', data: { base64: '/wD+GyABMW3ilw==' } }),
  },
  closesInput: {
    says: 'it closes its input',
    draw: after,
    ail: (fault) => later(fault, { close: 'in' }),
  },
  closesOutput: {
    says: 'it closes its output and runs on',
    draw: after,
    ail: (fault) => later(fault, { close: 'out' }, { close: 'err' }),
  },
  pidIsTaken: {
    says: 'a stranger gets its pid as soon as that is free',
    draw: (dice) => ({ for: 1000 + dice.time(60_000) }),
    ail: (fault) => ({ takenFor: fault.for ?? 0 }),
  },
}

function leak(by: number): Scenario {
  return Array.from(
    { length: 60 },
    (_, second): Scenario => [{ use: { memory: (second + 1) * by } }, { wait: 1000 }],
  ).flat()
}

/** What becomes of a command that is broken for good. */
export function broken(fault: Fault): Ailment {
  return { edit: (scenario) => [...cutAt(scenario, fault.for ?? 0), { exit: fault.code ?? 1 }] }
}
