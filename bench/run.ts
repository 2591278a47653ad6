// Our library beside its peers: `npm run bench`, or `npm run bench -- spawn fakes` for some topics; `--quick` for a
// smoke test. What a full-size run gives is kept in results.md, topic by topic.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const TOPICS = [
  'spawn',
  'capture',
  'pipelines',
  'virtual-time',
  'cron',
  'schedule',
  'queue',
  'monitor',
  'simulation',
  'fakes',
  'events',
  'start-up',
]
const RESULTS = join(import.meta.dirname, 'results.md')
const INTRODUCTION = `# Results

Made by \`npm run bench\`: our library beside its peers and the limit, in one interleaved run each. A ratio is the median of
the rounds' own ratios. The rows and their targets are those of the performance goals: solid is asked for, extreme is the aim.
`
/** The share of the machine that must be idle before a topic is measured, and how long that is waited for. */
const QUIET = 0.9
const PATIENCE_S = 120

const { values, positionals } = parseArgs({ options: { quick: { type: 'boolean' } }, allowPositionals: true })
const unknown = positionals.filter((topic) => !TOPICS.includes(topic))
if (unknown.length > 0) throw new Error(`Cannot measure "${unknown.join(' ')}": the topics are ${TOPICS.join(', ')}`)

prepare()
for (const topic of positionals.length > 0 ? positionals : TOPICS) {
  const idle = values.quick ? await idleShare() : await waitForQuiet()
  const [heading, ...rest] = (await measure(topic)).trim().split('\n')
  const section = [heading, '', circumstances(idle), ...rest].join('\n')
  console.log(`${section}\n`)
  if (!values.quick) keep(section)
}

/** Installs the peers and builds the library: what is measured is what users get. */
function prepare(): void {
  const npm = (args: string[], cwd: string): void => {
    const { status } = spawnSync('npm', args, { cwd, stdio: 'inherit' })
    if (status !== 0) throw new Error(`Cannot measure: npm ${args.join(' ')} failed`)
  }
  if (!existsSync(join(import.meta.dirname, 'node_modules'))) npm(['ci'], import.meta.dirname)
  npm(['run', '--silent', 'build'], join(import.meta.dirname, '..'))
}

/** Runs a topic in a process of its own, so that what one leaves behind does not slow the next. */
async function measure(topic: string): Promise<string> {
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, `${topic}.ts`)]
  const child = spawn(process.execPath, values.quick ? [...args, '--quick'] : args, {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const over = new Promise((resolve) => child.once('close', resolve))
  const output = await text(child.stdout)
  if ((await over) !== 0) throw new Error(`Cannot measure "${topic}": it failed`)
  return output
}

function circumstances(idle: number): string {
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, Node ${process.version}, ${availableParallelism()} CPUs, ${Math.round(idle * 100)} % idle before.`
}

async function waitForQuiet(): Promise<number> {
  for (let second = 0; second < PATIENCE_S; second++) {
    const idle = await idleShare()
    if (idle >= QUIET) return idle
  }
  return idleShare()
}

async function idleShare(): Promise<number> {
  const before = cpuTimes()
  await sleep(values.quick ? 100 : 1000)
  const after = cpuTimes()
  return (after.idle - before.idle) / (after.all - before.all || 1)
}

function cpuTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { idle: times.reduce((sum, { idle }) => sum + idle, 0), all }
}

/** Puts a section in the place of the one with the same heading, or at the end. */
function keep(section: string): void {
  const old = existsSync(RESULTS)
    ? readFileSync(RESULTS, 'utf8')
        .split(/^(?=## )/m)
        .slice(1)
    : []
  const sections = new Map([...old, section].map((one) => [one.slice(0, one.indexOf('\n')), one.trim()]))
  writeFileSync(RESULTS, `${[INTRODUCTION.trim(), ...sections.values()].join('\n\n')}\n`)
}
