import { execa } from 'execa'
import { expectSame, interleave, type Sample, size, timed, type Variants } from './harness.ts'
import { Process } from './ours.ts'
import { BYTES, makePayload } from './payload.ts'
import { nanoSpawn, tinyexec, zx } from './peers.ts'
import { statusTable } from './pipeline-status.ts'
import { runRaw } from './raw.ts'
import { figures, type Goal, goals, printSection } from './report.ts'

const STREAMED = 10

using payload = makePayload()
const source = payload.times(STREAMED)
const unbuffered = { buffer: false } as const

/** All ways give a count of bytes at the end. */
const three = ways(
  { bytes: BYTES * STREAMED, runs: 1 },
  [
    ['cat', ...source],
    ['tr', 'a', 'b'],
    ['wc', '-c'],
  ],
  {
    'execa.pipe': async () => {
      const translated = execa('cat', source, unbuffered).pipe('tr', ['a', 'b'], unbuffered)
      return (await translated.pipe('wc', ['-c'])).stdout
    },
  },
)
const stages = [
  ['cat', ...source],
  ['tr', 'a', 'b'],
  ['tr', 'b', 'c'],
  ['grep', 'h'],
  ['wc', '-c'],
]
const five = ways({ bytes: BYTES * STREAMED, runs: 1 }, stages, {
  'execa.pipe': async () => {
    const translated = execa('cat', source, unbuffered).pipe('tr', ['a', 'b'], unbuffered)
    const filtered = translated.pipe('tr', ['b', 'c'], unbuffered).pipe('grep', ['h'], unbuffered)
    return (await filtered.pipe('wc', ['-c'])).stdout
  },
})
const small = ways({ bytes: 6, runs: size(10, 1) }, [['echo', 'hello'], ['cat'], ['wc', '-c']], {
  'execa.pipe': async () => (await execa('echo', ['hello']).pipe('cat').pipe('wc', ['-c'])).stdout,
  'tinyexec.pipe': async () => (await tinyexec('echo', ['hello']).pipe('cat').pipe('wc', ['-c'])).stdout,
  'nano-spawn.pipe': async () => (await nanoSpawn('echo', ['hello']).pipe('cat').pipe('wc', ['-c'])).stdout,
  'zx.pipe': async () => (await zx`echo hello`.pipe(zx`cat`).pipe(zx`wc -c`)).stdout,
})

const taken = {
  three: await interleave(three, 5),
  five: await interleave(five, 5),
  small: await interleave(small, 10),
}
const measures = { ms: 'ms', cpu: 'CPU of the parent, ms' }
const megabytes = `${Math.round((BYTES * STREAMED) / 2 ** 20).toLocaleString('en')} MB`

printSection('Pipelines', [
  figures(`${megabytes} through 3 stages (cat, tr, wc)`, three, taken.three, { base: 'sh -c', measures }),
  goals(3, taken.three, largeGoals('3 stages')),
  figures(`${megabytes} through 5 stages (cat, tr, tr, grep, wc)`, five, taken.five, { base: 'sh -c', measures }),
  goals(3, taken.five, largeGoals('5 stages')),
  figures('Small: echo, cat, wc', small, taken.small, { base: 'execa.pipe', measures }),
  goals(3, taken.small, [
    {
      what: 'small: time over execa.pipe',
      figure: (of) => of('rehearsal', 'ms') / of('execa.pipe', 'ms'),
      atMost: [0.75, 0.62],
    },
  ]),
  await statusTable(),
])

function largeGoals(stages: string): Goal[] {
  return [
    {
      what: `${stages}: time over sh -c`,
      figure: (of) => of('rehearsal', 'ms') / of('sh -c', 'ms'),
      atMost: [1.15, 1.03],
    },
    {
      what: `${stages}: CPU of the parent over execa.pipe`,
      figure: (of) => of('rehearsal', 'cpu') / of('execa.pipe', 'cpu'),
      atMost: [0.02, 0.01],
    },
  ]
}

/** The same stages in a shell, here, and in the peers. */
function ways(
  work: { readonly bytes: number; readonly runs: number },
  stages: readonly (readonly string[])[],
  peers: Readonly<Record<string, () => Promise<string>>>,
): Variants {
  const text = stages.map((stage) => stage.join(' ')).join(' | ')
  const all: typeof peers = {
    'sh -c': async () => String(await runRaw(['sh', '-c', text])),
    rehearsal: async () => (await Process.pipe(stages)).output(),
    ...peers,
  }
  return Object.fromEntries(Object.entries(all).map(([name, run]) => [name, () => measure(name, run, work)]))
}

async function measure(name: string, run: () => Promise<string>, work: Parameters<typeof ways>[0]): Promise<Sample> {
  const { ms, cpu } = await timed(async () => {
    for (let count = 0; count < work.runs; count++) expectSame(name, Number(await run()), work.bytes)
  })
  return { ms: ms / work.runs, cpu: cpu / work.runs }
}
