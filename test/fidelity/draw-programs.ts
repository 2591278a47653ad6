import fc, { type Arbitrary } from 'fast-check'
import type { Scenario, Step } from '../../src/contracts/scenario.ts'
import type { Signal } from '../../src/contracts/signals.ts'

type Stream = 'out' | 'err'

const HANDLED: readonly Signal[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR2',
  'SIGALRM',
  'SIGWINCH',
  'SIGCONT',
  'SIGTSTP',
]
const DEADLY: readonly Signal[] = ['SIGTERM', 'SIGKILL', 'SIGUSR2', 'SIGSEGV', 'SIGPIPE']
const TEXTS = ['a\n', 'b', 'c\nd', 'ö', 'longer line\n']
/** A line of a thousand characters, of which no two neighbours are alike. */
export const LINE: string = `${'0123456789'.repeat(100)}\n`
/** As many of them are more than pipes, sockets and all that reads ahead hold together, also where a pipeline is listened to. */
export const MUCH: number = 2048

const stream: Arbitrary<Stream> = fc.constantFrom('out', 'out', 'err')
const write: Arbitrary<Step> = fc.record({ write: stream, data: fc.constantFrom(...TEXTS) })
const writeMuch: Arbitrary<Step> = fc.record({
  write: fc.constant('out' as const),
  data: fc.constant(LINE),
  times: fc.constant(MUCH),
})
const wait: Arbitrary<Step> = fc.constantFrom(30, 60, 200).map((ms) => ({ wait: ms }))
const read: Arbitrary<Step> = fc
  .constantFrom('line' as const, 'line' as const, 'all' as const, 3)
  .map((what) => ({ read: what }))
const reply: Arbitrary<Step> = fc
  .constantFrom(
    [{ when: 'ping', write: 'pong\n' }],
    [{ when: '*', write: 'yes\n', last: true }],
    [
      { when: 'x', write: 'X', last: true },
      { when: '*', write: 'no\n' },
    ],
  )
  .map((replies) => ({ reply: replies }))
const echo: Arbitrary<Step> = fc.constant({ echo: 'in' })
const close: Arbitrary<Step> = fc
  .constantFrom('in' as const, 'out' as const, 'err' as const)
  .map((what) => ({ close: what }))
const exit: Arbitrary<Step> = fc.constantFrom(0, 3, 256 + 7).map((code) => ({ exit: code }))
const die: Arbitrary<Step> = fc.constantFrom(...DEADLY).map((signal) => ({ die: signal }))
const hang: Arbitrary<Step> = fc.constant({ hang: true })

const end: Arbitrary<Scenario> = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: exit.map((step) => [step]) },
  { weight: 1, arbitrary: die.map((step) => [step]) },
  { weight: 3, arbitrary: hang.map((step) => [step]) },
)

const handled: Arbitrary<Scenario> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: write }, wait, read, close, echo), { maxLength: 3 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: exit.map((step) => [step]) },
      die.map((step) => [step]),
    ),
  )
  .map(([steps, last]) => [...steps, ...last])

// A program that answers a broken pipe by writing would never come to an end of it.
const onPipe: Arbitrary<Step> = fc
  .oneof(
    fc.constant('ignore' as const),
    exit.map((step): Scenario => [step]),
  )
  .map((reaction) => ({ on: 'SIGPIPE', do: reaction }))
const onSignal: Arbitrary<Step> = fc.record({
  on: fc.constantFrom(...HANDLED),
  do: fc.oneof(fc.constant('ignore' as const), { weight: 2, arbitrary: handled }),
})
const on: Arbitrary<Step> = fc.oneof({ weight: 6, arbitrary: onSignal }, onPipe)

// A child begins a while after its parent has gone on, so that it is not open who comes first. Now and then it is.
const begin: Arbitrary<Scenario> = fc.oneof(
  { weight: 4, arbitrary: fc.constant([{ wait: 100 }]) },
  { weight: 1, arbitrary: fc.constant([]) },
)
// Nothing of a quiet child can be heard, so it does nothing that takes having got somewhere.
const quietChild: Arbitrary<Step> = fc
  .tuple(fc.array(wait, { maxLength: 1 }), fc.oneof(hang, exit))
  .map(([waits, last]) => ({ fork: [...waits, last], quiet: true }))
// A child in a session of its own is reached by nobody: it ends by itself.
const strayChild: Arbitrary<Step> = fc
  .tuple(begin, fc.array(fc.oneof(write, wait), { maxLength: 3 }))
  .map(([first, steps]) => ({ fork: [...first, ...steps, { exit: 0 }], detached: true }))
const child: Arbitrary<Step> = fc
  .tuple(begin, fc.array(on, { maxLength: 1 }), fc.array(fc.oneof(write, wait, read, close), { maxLength: 3 }), end)
  .map((parts) => ({ fork: parts.flat() }))
const fork: Arbitrary<Step> = fc.oneof({ weight: 3, arbitrary: child }, quietChild, strayChild)

const step: Arbitrary<Step> = fc.oneof(
  { weight: 18, arbitrary: write },
  { weight: 5, arbitrary: wait },
  { weight: 10, arbitrary: read },
  { weight: 3, arbitrary: reply },
  { weight: 5, arbitrary: echo },
  { weight: 5, arbitrary: on },
  { weight: 5, arbitrary: fork },
  { weight: 4, arbitrary: close },
  { weight: 1, arbitrary: writeMuch },
)

/** Any program, that shows by marks on a stream how far it has come. */
export const program: Arbitrary<Scenario> = fc
  .tuple(fc.array(on, { maxLength: 2 }), fc.array(step, { maxLength: 6 }), end)
  .map(([setup, steps, last]) => marked([...setup, ...steps, ...last]))

/** A program that stands between others: it reads and writes, and does nothing that only marks would show. */
export const filter: Arbitrary<Scenario> = fc
  .tuple(
    fc.array(
      fc.oneof({ weight: 2, arbitrary: write }, wait, read, reply, { weight: 3, arbitrary: echo }, close, writeMuch),
      {
        maxLength: 4,
      },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: exit.map((one) => [one]) },
      hang.map((one) => [one]),
    ),
  )
  .map(([steps, last]) => [...steps, ...last])

export const failing: Arbitrary<Scenario> = fc
  .constantFrom('ENOENT' as const, 'EACCES' as const, 'E2BIG' as const)
  .map((errno) => [{ failToStart: errno }])

/**
 * Adds a mark after each step that nobody could see otherwise, on a stream that is still open. What a child writes
 * bears its name.
 */
function marked(scenario: Scenario, name = ''): Scenario {
  const open: Stream[] = ['out', 'err']
  return scenario.flatMap((one, index): Scenario => {
    if ('close' in one && one.close !== 'in') {
      // The last one stays open, so that there is always something to be seen.
      if (open.length === 1) return []
      open.splice(open.indexOf(one.close), 1)
    }
    const mark: Step = { write: open.at(-1) as Stream, data: `${name}${index};` }
    return isVisible(one) ? [one] : [withMarks(one, `${name}${index}.`), mark]
  })
}

/** All that a child says, under its name: see `brief`. */
function named(scenario: Scenario, name: string): Scenario {
  return scenario.map((one) => {
    if ('write' in one) return { ...one, data: `${name}${String(one.data).replace(';', '')};` }
    return 'on' in one && one.do !== 'ignore' ? { ...one, do: named(one.do, name) } : one
  })
}

function isVisible(one: Step): boolean {
  return ['write', 'exit', 'die', 'hang', 'failToStart'].some((kind) => kind in one)
}

function withMarks(one: Step, name: string): Step {
  if ('fork' in one && !one.quiet) return { ...one, fork: named(marked(one.fork), `c${Number.parseInt(name, 10)}-`) }
  if ('on' in one && one.do !== 'ignore' && one.on !== 'SIGPIPE') {
    return { ...one, do: [{ write: 'err', data: `${name}${one.on};` }, ...marked(one.do, name)] }
  }
  return one
}
