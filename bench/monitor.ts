import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pidusage from 'pidusage'
import { expectSame, interleave, type Round, type Sample, size, timed, type Variants } from './harness.ts'
import { createProcess } from './ours.ts'
import { figures, type Goal, goals, printSection } from './report.ts'

const COUNTS = [1, 100, size(1000, 200)]
const LOOKS = size(100, 3)
/** How long a monitor is watched, and how often it looks meanwhile. */
const [WATCHED, EVERY] = [size(2000, 200), 100]

/** What a look may cost of one by pidusage, by the number of processes: solid and extreme. */
const TARGETS: Readonly<Record<number, readonly [number, number]>> = { 1: [0.2, 0.06], 1000: [0.6, 0.35] }

const children = await bear(Math.max(...COUNTS))
const own = createProcess()
const parts: string[] = []
try {
  for (const count of COUNTS) parts.push(...(await measure(children.slice(0, count).map(({ pid }) => Number(pid)))))
} finally {
  for (const child of children) child.kill('SIGKILL')
}
printSection('Monitoring', [
  'One look at children that sleep: the CPU time of the caller. By a timer: ten times a second, all that it takes.',
  ...parts,
])

async function measure(pids: readonly number[]): Promise<readonly string[]> {
  const count = pids.length
  const variants: Variants = {
    pidusage: () => looks(count, async () => Object.keys(await pidusage([...pids])).length),
    'rehearsal, the table': () => tableLooks(pids),
    'kept descriptors, read and parsed (limit)': () => limitLooks(pids),
    'pidusage, by a timer': () => timedUsage(pids),
    'rehearsal, a monitor': () => monitored(pids),
  }
  const rounds = await interleave(variants, 5)
  const title = `${count} ${count === 1 ? 'process' : 'processes'}`
  const measures = { cpu: 'us of CPU per look', each: 'us of CPU per process' }
  const table = figures(title, variants, rounds, { base: 'pidusage', measures })
  const list = goalsFor(title, count)
  return list.length > 0 ? [table, goals(6, rounds, list)] : [table]
}

function goalsFor(title: string, count: number): readonly Goal[] {
  const ratio = (variant: string, base: string) => (of: Round) => of(variant, 'cpu') / of(base, 'cpu')
  const target = TARGETS[count]
  if (!target) return []
  const looking = [
    { what: `${title}: the table over pidusage`, figure: ratio('rehearsal, the table', 'pidusage'), atMost: target },
    {
      what: `${title}: a monitor over pidusage by a timer`,
      figure: ratio('rehearsal, a monitor', 'pidusage, by a timer'),
      atMost: target,
    },
  ]
  const often = ['the table', 'a monitor'].map((who): Goal => {
    const figure = (of: Round) => 50_000 / of(`rehearsal, ${who}`, 'each')
    return { what: `processes at 1 Hz in 5 % of a core: ${who}`, figure, atLeast: [6_000, 10_500] }
  })
  return count === 1000 ? [...looking, ...often] : looking
}

async function looks(count: number, look: () => number | Promise<number>): Promise<Sample> {
  let seen = 0
  const { cpu } = await timed(async () => {
    for (let index = 0; index < LOOKS; index++) seen += await look()
  })
  expectSame('a look', seen, LOOKS * count)
  return perLook(cpu, LOOKS, count)
}

async function tableLooks(pids: readonly number[]): Promise<Sample> {
  const held = pids.map((pid) => own.processes.hold(pid))
  await own.processes.sample(pids)
  try {
    return await looks(pids.length, async () => (await own.processes.sample(pids)).size)
  } finally {
    for (const release of held) release()
  }
}

/** A limit for each process: all that a monitor does for it, its timer included. */
async function monitored(pids: readonly number[]): Promise<Sample> {
  const monitor = own.monitor(undefined, { every: EVERY })
  for (const process of pids) monitor.onHighMemory('1TB', () => {}, { process })
  return whileWatching(pids.length, () => monitor.stop())
}

/** What somebody would write who has pidusage. */
async function timedUsage(pids: readonly number[]): Promise<Sample> {
  const over = (memory: number) => memory > 1024 ** 4
  const look = async () => Object.values(await pidusage([...pids])).some(({ memory }) => over(memory))
  const timer = setInterval(() => void look(), EVERY)
  return whileWatching(pids.length, () => clearInterval(timer))
}

async function whileWatching(count: number, stop: () => void): Promise<Sample> {
  await sleep(2 * EVERY)
  const { cpu } = await timed(() => sleep(WATCHED))
  stop()
  await sleep(EVERY)
  return perLook(cpu, WATCHED / EVERY, count)
}

function perLook(cpu: number, times: number, count: number): Sample {
  return { cpu: (cpu * 1000) / times, each: (cpu * 1000) / times / count }
}

async function limitLooks(pids: readonly number[]): Promise<Sample> {
  const descriptors = pids.map((pid) => openSync(`/proc/${pid}/stat`, 'r'))
  const buffer = Buffer.allocUnsafeSlow(1024)
  try {
    return await looks(pids.length, () => {
      let seen = 0
      for (const descriptor of descriptors) {
        const length = readSync(descriptor, buffer, 0, buffer.length, 0)
        seen += startOf(buffer, length) > 0 ? 1 : 0
      }
      return seen
    })
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor)
  }
}

/** The number after the name by its bytes, up to the start of the process: what a parser cannot do without. */
function startOf(line: Buffer, length: number): number {
  let value = 0
  let spaces = 0
  for (let index = line.lastIndexOf(41, length - 1) + 2; index < length && spaces < 22; index++) {
    const byte = line[index] as number
    if (byte === 32) {
      spaces++
      if (spaces < 20) value = 0
    } else if (spaces < 20) value = value * 10 + byte - 48
  }
  return value
}

async function bear(count: number): Promise<readonly ChildProcess[]> {
  const born: ChildProcess[] = []
  while (born.length < count) {
    born.push(spawn('sleep', ['3600'], { stdio: 'ignore' }))
    if (born.length % 50 === 0) await sleep(20)
  }
  await sleep(200)
  return born
}
