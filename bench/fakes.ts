import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memfs } from 'memfs'
import type { Handler } from '../src/index.ts'
import { expectSame, interleave, type Sample, size, timed, type Variants } from './harness.ts'
import { MockSpawn } from './mock.ts'
import { Process } from './ours.ts'
import { figures, goals, printSection } from './report.ts'

const RUNS = size(20_000, 300)
const FILES = size(20_000, 300)
const CONTENT = Buffer.alloc(100, 'x')

/** Something that was set up to be run often, and keeps what it did until its end. */
interface Stage {
  run(): Promise<string>
  end(): void
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const processes = playing({
  'rehearsal, at once': () => rehearse('ok'),
  'rehearsal, at once, listened to': () => listenedTo(rehearse('ok')),
  'rehearsal, 5 virtual ms': () => rehearse(Process.describe().after('5ms').add({ write: 'out', data: 'ok' })),
  'mock by hand': () => {
    const mock = new MockSpawn()
    return {
      run: () => mock.run('git', ['status']),
      end: () => mock.results.splice(0),
    }
  },
})
const files: Variants = {
  rehearsal: () => {
    using fake = Process.fake()
    const disk = fake.files
    return writing((path) => disk.writeNow(path, CONTENT, '/'))
  },
  memfs: () => {
    const { fs } = memfs()
    return writing((path) => fs.writeFileSync(path, CONTENT))
  },
}

const taken = { processes: await interleave(processes, 10), files: await interleave(files, 10) }

printSection('Fakes', [
  figures('Rehearsed runs, one after the other, output read', processes, taken.processes, {
    base: 'mock by hand',
    measures: { perSecond: 'runs per second', us: 'us per run', kept: 'bytes kept per run' },
  }),
  goals(7, taken.processes, [
    {
      what: 'runs at once: x the mock by hand',
      figure: (of) => of('rehearsal, at once', 'perSecond') / of('mock by hand', 'perSecond'),
      atLeast: [10, 30],
    },
    {
      what: 'runs that take virtual time: x the mock by hand',
      figure: (of) => of('rehearsal, 5 virtual ms', 'perSecond') / of('mock by hand', 'perSecond'),
      atLeast: [5, 9],
    },
    { what: 'kept per run', figure: (of) => of('rehearsal, at once', 'kept'), unit: 'bytes', atMost: [300] },
  ]),
  figures('Files of 100 bytes created', files, taken.files, { base: 'memfs', measures: { us: 'us per file' } }),
  goals(7, taken.files, [
    { what: 'files: time over memfs', figure: (of) => of('rehearsal', 'us') / of('memfs', 'us'), atMost: [0.25, 0.05] },
  ]),
])

function rehearse(answer: Handler): Stage {
  const fake = Process.fake({ 'git *': answer })
  return {
    run: async () => (await Process.run(['git', 'status'])).output(),
    end: () => fake.restore(),
  }
}

/** The same while somebody listens to how each run ends: each is a whole process then. */
function listenedTo(stage: Stage): Stage {
  const leave = Process.events.on('completed', () => {})
  return {
    run: () => stage.run(),
    end() {
      leave()
      stage.end()
    },
  }
}

function playing(stages: Readonly<Record<string, () => Stage>>): Variants {
  const play = async (name: string, stage: Stage): Promise<Sample> => {
    const before = memoryInUse()
    const { ms } = await timed(async () => {
      for (let run = 0; run < RUNS; run++) expectSame(name, await stage.run(), 'ok')
    })
    const kept = (memoryInUse() - before) / RUNS
    stage.end()
    return { perSecond: (RUNS / ms) * 1000, us: (ms * 1000) / RUNS, kept }
  }
  return Object.fromEntries(Object.entries(stages).map(([name, open]) => [name, () => play(name, open())]))
}

async function writing(write: (path: string) => void): Promise<Sample> {
  write('/file')
  const { ms } = await timed(() => {
    for (let file = 0; file < FILES; file++) write(`/file-${file}`)
  })
  return { us: (ms * 1000) / FILES }
}

function memoryInUse(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
