import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { DEMANDS } from '../contracts/isolation.ts'
import { SystemDriver } from '../driver/driver.ts'
import { tooOld } from '../driver/node-version.ts'
import { Process } from '../process.ts'
import { json, type Spec } from './spec.ts'
import { table } from './table.ts'
import { none } from './usage.ts'

/** Something that the toolkit can use here, or cannot. */
interface Finding {
  readonly about: string
  readonly name: string
  readonly works: boolean
  /** What is there, or why it is not and how it is had. */
  readonly state: string
}

/** Packages that only some capabilities need. */
const PEERS: Readonly<Record<string, string>> = {
  vitest: 'rehearsal/vitest',
  bullmq: 'queues in Redis and PostgreSQL',
  ioredis: 'schedules and queues in Redis',
  pg: 'schedules and queues in PostgreSQL',
  '@opentelemetry/api': 'rehearsal/otel',
}

/** `rehearsal doctor`: what works on this machine, and what is missing. The exit code is 1 only where nothing can work. */
export const doctor: Spec = {
  about: 'what works on this machine, and what is missing',
  options: json,
  act: async (line) => {
    none(line)
    const findings = [...runtime(), ...machine(), ...isolation(), ...(await peers())]
    const shown = line.values.json
      ? `${JSON.stringify(findings, undefined, 2)}\n`
      : table(['ABOUT', 'WHAT', '', 'STATE'], findings.map(rowOf))
    process.stdout.write(shown)
    return findings.every(({ about, works }) => about !== 'runtime' || works) ? 0 : 1
  },
}

function rowOf({ about, name, works, state }: Finding): readonly string[] {
  return [about, name, works ? 'yes' : 'no', state]
}

function runtime(): readonly Finding[] {
  const recent = tooOld() === undefined
  const { sqlite = 'absent' } = process.versions
  return [
    {
      about: 'runtime',
      name: 'Node',
      works: recent,
      state: `${process.version}${recent ? '' : ', 22.13 or newer is needed'}`,
    },
    { about: 'runtime', name: 'system', works: true, state: `${process.platform} ${process.arch}${tested()}` },
    {
      about: 'runtime',
      name: 'SQLite',
      works: sqlite !== 'absent',
      state: `${sqlite}, for what schedules and queues keep`,
    },
    stateFolder(),
  ]
}

function tested(): string {
  return process.platform === 'linux' ? '' : ', which is not tested'
}

function stateFolder(): Finding {
  const folder = Process.stateFolder ?? 'none'
  const finding = { about: 'runtime', name: 'state', state: folder }
  try {
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    return { ...finding, works: true }
  } catch (error) {
    return { ...finding, works: false, state: `${folder}: ${(error as Error).message}` }
  }
}

function machine(): readonly Finding[] {
  const { groups, signals, inherit, joints } = new SystemDriver().capabilities
  return Object.entries({ groups, signals, inherit, joints }).map(([name, can]) => finding('driver', name, can))
}

function isolation(): readonly Finding[] {
  const can = Process.isolation().capabilities()
  return DEMANDS.map((name) => finding('isolation', name, can[name]))
}

function finding(about: string, name: string, can: true | string): Finding {
  return { about, name, works: can === true, state: can === true ? '' : can }
}

async function peers(): Promise<readonly Finding[]> {
  const all = Object.entries(PEERS).map(async ([name, use]) => {
    const works = await isInstalled(name)
    return { about: 'package', name, works, state: works ? use : `${use}: npm install ${name}` }
  })
  return Promise.all(all)
}

async function isInstalled(name: string): Promise<boolean> {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
