import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectSame, interleave, type Round, type Sample, size, timed, type Variants } from './harness.ts'
import { type Contender, contenders } from './queue-contenders.ts'
import { pushes } from './queue-push.ts'
import { figures, type Goal, goals, printSection } from './report.ts'

const JOBS = size(300, 20)
const COMMANDS = size(50, 5)
/** Jobs at a time. */
const LANES = 8

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'))
const all = contenders(folder)
const variants: Variants = Object.fromEntries(all.map((one) => [one.name, () => filledAndDrained(one)]))
const rounds = await interleave(variants, 5)
const processes = pushes(folder)
const pushed = await interleave(processes, 7)
rmSync(folder, { recursive: true })

printSection('Queues', [
  `${JOBS} jobs are added one by one and drained by ${LANES} lanes that do nothing; then ${COMMANDS}, each of which runs /bin/true. The servers are on the same machine.`,
  beside('BullMQ, Redis', ['rehearsal, Redis', 'BullMQ, Redis']),
  beside('BullMQ, PostgreSQL', ['rehearsal, SQLite', 'rehearsal, PostgreSQL', 'BullMQ, PostgreSQL', 'pg-boss']),
  goals(9, rounds, [
    { what: 'drain over BullMQ, Redis', figure: rate('rehearsal, Redis', 'BullMQ, Redis'), atLeast: [0.9] },
    {
      what: 'drain over BullMQ, PostgreSQL',
      figure: rate('rehearsal, PostgreSQL', 'BullMQ, PostgreSQL'),
      atLeast: [0.9],
    },
    {
      what: 'SQLite: drain over BullMQ, PostgreSQL',
      figure: rate('rehearsal, SQLite', 'BullMQ, PostgreSQL'),
      atLeast: [3],
    },
  ]),
  figures('One `rehearsal queue push` as a whole process', processes, pushed, {
    base: 'bare node',
    measures: { ms: 'ms', memory: 'peak memory, MB' },
  }),
  goals(9, pushed, [startOf('SQLite')]),
])

async function filledAndDrained({ name, open }: Contender): Promise<Sample> {
  const { add, drain, close } = await open()
  const add1 = () => sequence(JOBS, add)
  const { ms: adding } = await timed(add1)
  let done = 0
  const { ms: draining } = await timed(() => drain(JOBS, LANES, 'nothing', () => done++))
  await sequence(COMMANDS, add)
  const { ms: running } = await timed(() => drain(COMMANDS, LANES, '/bin/true', () => done++))
  expectSame(name, done, JOBS + COMMANDS)
  await close()
  return { add: (adding * 1000) / JOBS, drain: (draining * 1000) / JOBS, run: (running * 1000) / COMMANDS }
}

async function sequence(count: number, act: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < count; n++) await act()
}

function beside(base: string, names: readonly string[]): string {
  const some = Object.fromEntries(names.map((name) => [name, variants[name] as Variants[string]]))
  const measures = { add: 'us to add', drain: 'us to drain, no work', run: 'us to drain, /bin/true' }
  return figures(base.split(', ')[1] as string, some, rounds, { base, measures })
}

function rate(ours: string, theirs: string): (of: Round) => number {
  return (of) => of(theirs, 'drain') / of(ours, 'drain')
}

function startOf(store: string): Goal {
  return {
    what: `queue push, ${store}: time over bare node`,
    figure: (of) => of(`queue push, ${store}`, 'ms') / of('bare node', 'ms'),
    atMost: [1.5],
  }
}
