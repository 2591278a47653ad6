import fc, { type Arbitrary } from 'fast-check'
import type { Signal } from '../../src/contracts/signals.ts'
import { type Act, type Case, type Choices, hasChildren } from './case.ts'
import { failing, filter, LINE, MUCH, program } from './draw-programs.ts'

const SENT: readonly Signal[] = [
  'SIGTERM',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGUSR2',
  'SIGALRM',
  'SIGWINCH',
  'SIGCONT',
  'SIGCONT',
  'SIGSTOP',
  'SIGSTOP',
  'SIGTSTP',
  'SIGKILL',
]

const write: Arbitrary<Act> = fc
  .constantFrom('ping\n', 'x\n', 'ab', 'y\ngo\n', 'zzz\n')
  .map((text) => ({ write: text }))
const writeMuch: Arbitrary<Act> = fc.constant({ write: LINE, times: MUCH })
const end: Arbitrary<Act> = fc.constant({ end: 'in' })
const signal: Arbitrary<Act> = fc.record({
  signal: fc.constantFrom(...SENT),
  to: fc.constantFrom('process' as const, 'group' as const),
})
const pause: Arbitrary<Act> = fc.constantFrom(15, 100).map((ms) => ({ pause: ms }))
const stream = fc.constantFrom('out' as const, 'out' as const, 'err' as const)
const close: Arbitrary<Act> = stream.map((one) => ({ close: one }))
const hold: Arbitrary<Act> = stream.map((one) => ({ hold: one }))
const resume: Arbitrary<Act> = stream.map((one) => ({ resume: one }))
const stop: Arbitrary<Act> = fc.constantFrom<Act>(
  { stop: 100 },
  { stop: 100 },
  { stop: 0 },
  { stop: 50, escalation: 'SIGINT' },
)
const waitFor: Arbitrary<Act> = fc.constantFrom('a', 'pong', '3;').map((text) => ({ waitFor: text }))
const abort: Arbitrary<Act> = fc.constant({ abort: true })

const often = (weight: number, arbitrary: Arbitrary<Act>) => ({ weight, arbitrary })
const actOn = {
  handle: fc.oneof(
    often(6, write),
    often(2, end),
    often(6, signal),
    often(1, pause),
    often(1, close),
    often(1, hold),
    often(1, resume),
    often(1, writeMuch),
  ),
  start: fc.oneof(
    often(6, write),
    often(2, end),
    often(6, signal),
    often(1, pause),
    often(2, stop),
    often(1, waitFor),
    often(1, abort),
    often(1, writeMuch),
  ),
  run: fc.oneof(often(3, signal), often(1, abort), often(1, pause)),
}

/** Limits fall between two moments of rest, see `restOf`. */
/** How far two limits of a case are apart at least, in milliseconds: which of them comes first is not for a machine to say. */
const APART = 250
const limit = fc.constantFrom(1500, 2500)
// What is kept of the end of an output that ends its process is open: the process says more until it is over.
const most: Arbitrary<NonNullable<Choices['most']>> = fc
  .record({
    bytes: fc.constantFrom(0, 5, 20),
    how: fc.constantFrom(['kill', 'head'] as const, ['truncate', 'head'] as const, ['truncate', 'tail'] as const),
  })
  .map(({ bytes, how: [onOverflow, keep] }) => ({ bytes, onOverflow, keep }))
const seldom = <T>(arbitrary: Arbitrary<T>, once = 8) =>
  fc.oneof({ weight: once - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })

const choices: Arbitrary<Choices> = fc
  .record({
    timeout: seldom(limit),
    idleTimeout: seldom(limit),
    stopSignal: seldom(fc.constantFrom<Signal>('SIGINT', 'SIGUSR2')),
    most: seldom(most),
  })
  .map((one) =>
    one.timeout !== undefined && one.idleTimeout !== undefined ? { ...one, timeout: one.timeout - APART } : one,
  )
  .map(plain)
const inputs = fc.array(fc.constantFrom('ping\n', 'x', 'y\n', 'more\n'), { maxLength: 4 })

const handleCase: Arbitrary<Case> = fc.record({
  way: fc.constant('handle' as const),
  stages: fc.oneof({ weight: 30, arbitrary: program }, failing).map((one) => [one]),
  choices: fc.constant({}),
  moments: momentsOf(actOn.handle),
})
const startCase: Arbitrary<Case> = fc.record({
  way: fc.constant('start' as const),
  stages: fc.oneof({ weight: 30, arbitrary: program }, failing).map((one) => [one]),
  choices: fc.tuple(choices, seldom(inputs, 5)).map(([one, input]) => plain({ ...one, input })),
  moments: momentsOf(actOn.start),
})
const runCase: Arbitrary<Case> = fc.record({
  way: fc.constant('run' as const),
  stages: fc.oneof({ weight: 20, arbitrary: program }, failing).map((one) => [one]),
  choices: fc.tuple(choices, inputs).map(([one, input]) => plain({ ...one, input, heard: true })),
  moments: momentsOf(actOn.run).map(later),
})
const lastStage = fc.oneof({ weight: 12, arbitrary: filter }, failing)
const pipelineCase: Arbitrary<Case> = fc.record({
  way: fc.constant('run' as const),
  stages: fc.tuple(fc.array(filter, { minLength: 1, maxLength: 2 }), lastStage).map(([some, last]) => [...some, last]),
  choices: fc
    .tuple(choices, inputs, fc.boolean(), fc.boolean())
    .map(([one, input, heard, strict]) => plain({ ...one, input, heard, strict })),
  moments: momentsOf(fc.oneof(often(2, abort), often(1, signal))).map(later),
})

/** Any case. */
export const cases: Arbitrary<Case> = fc
  .oneof(
    { weight: 4, arbitrary: handleCase },
    { weight: 5, arbitrary: startCase },
    { weight: 1, arbitrary: runCase },
    { weight: 2, arbitrary: pipelineCase },
  )
  .map(sensible)

function momentsOf(act: Arbitrary<Act>): Arbitrary<Case['moments']> {
  const some = fc.array(act, { minLength: 1, maxLength: 3 })
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, some), fc.array(some, { maxLength: 4 }))
    .map(([first, others]) => [first, ...others])
}

// What is started by `run` is there a while later.
function later(moments: Case['moments']): Case['moments'] {
  return [[], ...moments.slice(1)]
}

/** Takes out what a machine leaves open in a way that no order of events explains. */
function sensible(piece: Case): Case {
  const { most, ...others } = piece.choices
  const fed = others.input !== undefined
  return {
    ...piece,
    // Which of two processes uses up a limit first is open.
    choices: hasChildren(piece) || !most ? others : { ...others, most },
    moments: piece.moments.map((acts) => acts.filter((act, index) => isSensible(act, acts.slice(0, index), fed))),
  }
}

function isSensible(act: Act, before: readonly Act[], fed: boolean): boolean {
  const since = before.slice(before.findLastIndex((other) => 'pause' in other && other.pause >= 100) + 1)
  const asked = since.some((other) => 'signal' in other || 'stop' in other || 'abort' in other)
  // A machine need not tell twice of one signal, nor in which order it tells of two.
  // Nor does it say how long two megabytes are on their way.
  const flowing = before.some((other) => 'write' in other && other.times)
  if ('signal' in act || 'stop' in act || 'abort' in act) return !asked && !flowing
  // A death takes a moment, in which the dead can still be written to.
  if ('write' in act) return !fed && !asked && !since.some((other) => 'write' in other || 'close' in other)
  return true
}

/** Without the keys that have no value. */
function plain(some: { readonly [K in keyof Choices]: Choices[K] | undefined }): Choices {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Choices
}
