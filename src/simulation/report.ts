import type { SupervisionEvent } from '../supervision/supervision-events.ts'
import type { Fault } from './fault.ts'
import type { RunReport } from './run.ts'
import type { Shrunk } from './shrink.ts'
import type { SimulationEvent, Written } from './simulation-events.ts'
import type { Violation } from './watches.ts'

/** Lines of a timeline that are shown: the last ones tell most. */
const SHOWN = 60

/** What a failure looks like to whoever has to understand it. */
export function reportOf(report: RunReport, shrunk: Shrunk): string {
  const { violation, scenario, runs } = shrunk
  const whole = shrunk.report.timeline ?? []
  const timeline = whole.slice(0, momentOf(violation, whole)).map(lineOf)
  const hidden = timeline.length - SHOWN
  return [
    `Simulation failed: "${violation.invariant}" does not hold: ${violation.detail}`,
    '',
    `Seed ${report.seed}, with these faults and probabilities: ${probabilitiesOf(report)}`,
    `Faults that struck: ${report.faults.length}. In the simplest run found (of ${runs} tried): ${scenario.faults.length}.`,
    '',
    `Timeline of that, up to ${clockOf(violation.at)} in the phase "${violation.phase}":`,
    ...(hidden > 0 ? [`  ... ${hidden} more before`] : []),
    ...timeline.slice(-SHOWN),
    `  ${clockOf(violation.at)}  !!! ${violation.invariant}: ${violation.detail}`,
    '',
    'To have it again, as a test:',
    '',
    ...testOf(shrunk),
  ].join('\n')
}

/** After how many entries of a timeline, output included, it no longer held. */
export function momentOf({ events }: Violation, timeline: readonly (SimulationEvent | Written)[]): number {
  let left = events
  const next = timeline.findIndex(({ type }) => type !== 'wrote' && left-- === 0)
  return next < 0 ? timeline.length : next
}

function probabilitiesOf({ probabilities }: RunReport): string {
  if (!probabilities) return 'a list of faults'
  const list = [...probabilities].map(([name, probability]) => `${name} ${probability}`)
  return list.length === 0 ? 'no faults' : list.join(', ')
}

function testOf({ scenario, violation }: Shrunk): readonly string[] {
  const { seed, duration, recovery, picks, faults } = scenario
  return [
    `test(${quoted(violation.invariant)}, async () => {`,
    '  await Process.simulate(system, {',
    '    ...options, // the programs and invariants of the simulation',
    '    scenario: {',
    `      seed: ${seed},`,
    `      duration: ${duration},`,
    `      recovery: ${recovery},`,
    ...(Object.keys(picks).length > 0 ? [`      picks: ${literal(picks)},`] : []),
    ...(faults.length > 0
      ? ['      faults: [', ...faults.map((fault) => `        ${literal(fault)},`), '      ],']
      : ['      faults: [],']),
    '    },',
    '  })',
    '})',
  ]
}

/** One line of a timeline. */
export function lineOf(event: SimulationEvent | Written): string {
  return `  ${clockOf(event.at)}  ${WORDS[event.type](event as never)}`
}

type Any = SimulationEvent | Written
type Words = { readonly [Type in Any['type']]: (event: Extract<Any, { type: Type }>) => string }

const WORDS: Words = {
  phase: ({ phase }) => `--- ${phase} ---`,
  fault: ({ fault }) => `fault      ${literal(fault as Fault)}`,
  started: ({ command, pid }) => `started    ${command} (pid ${pid})`,
  notStarted: ({ command, errno }) => `no start   ${command}: ${errno}`,
  exited: ({ command, pid, code, signal }) => `exited     ${command} (pid ${pid}): ${signal ?? `code ${code}`}`,
  reaped: ({ command, pid }) => `reaped     ${command} (pid ${pid})`,
  signalled: ({ signal, target, command }) => `signalled  ${signal} to ${target}: ${command ?? 'nobody is there'}`,
  supervised: ({ event }) => `group      ${event.group}/${event.slot}#${event.incarnation} ${newsOf(event)}`,
  wrote: ({ command, pid, stream, text }) =>
    `std${stream}     ${command} (pid ${pid}): ${JSON.stringify(text.slice(0, 80))}`,
}

/** What a group said, but for what is in every event. */
function newsOf({
  at: _at,
  group: _group,
  slot: _slot,
  incarnation: _incarnation,
  type,
  ...news
}: SupervisionEvent): string {
  const parts = Object.entries(news).map(
    ([key, value]) => `${key}: ${value instanceof Error ? value.message : JSON.stringify(value)}`,
  )
  return [type, ...parts].join(' ')
}

function clockOf(ms: number): string {
  return `${(ms / 1000).toFixed(3).padStart(8)} s`
}

/** Plain data as somebody would write it. */
function literal(data: object): string {
  const parts = Object.entries(data).map(
    ([key, value]) => `${/^\w+$/.test(key) ? key : quoted(key)}: ${typeof value === 'string' ? quoted(value) : value}`,
  )
  return `{ ${parts.join(', ')} }`
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`
}
