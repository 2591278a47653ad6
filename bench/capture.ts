import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { promisify } from 'node:util'
import { interleave, type Sample, type Variants } from './harness.ts'
import { BYTES, makePayload, PART_LINES } from './payload.ts'
import { figures, goals, printSection } from './report.ts'

const MEGABYTE = 2 ** 20
const STREAMED = 10
const CHILD = stripTypeScriptTypes(readFileSync(new URL('capture-child.ts', import.meta.url), 'utf8'))
const COST = { ms: 'ms', cpu: 'CPU, ms', peak: 'peak memory, MB' }

using payload = makePayload()
const [once, often, part] = [payload.times(1), payload.times(STREAMED), [payload.part]]

const bytes = ways(
  { command: once, taken: BYTES },
  'idle',
  'bytes: rehearsal',
  'bytes: raw, concat',
  'bytes: raw, 4 MB slabs',
  'bytes: execa',
  'bytes: nano-spawn, text',
  'bytes: tinyexec, text',
  'bytes: zx',
)
const stream = ways(
  { command: often, taken: BYTES * STREAMED },
  'idle',
  'stream: rehearsal',
  'stream: raw, data',
  'stream: raw, for await',
  'stream: execa, buffer: false',
)
const lines = ways(
  { command: part, taken: PART_LINES },
  'lines: rehearsal',
  'lines: rehearsal, batches',
  'lines: execa',
  'lines: rehearsal, kept',
  'lines: execa, kept',
  'lines: tinyexec',
  'lines: nano-spawn',
)
const array = ways({ command: part, taken: PART_LINES }, 'array: rehearsal', 'array: raw, split', 'array: execa')

const taken = {
  bytes: await interleave(bytes, 10),
  stream: await interleave(stream, 5),
  lines: await interleave(lines, 10),
  array: await interleave(array, 10),
}

printSection('Capture', [
  'Each in a fresh process, which has run a command before. Idle does nothing: the memory of Node itself.',
  figures(`${size(BYTES)} to bytes`, bytes, taken.bytes, { base: 'bytes: raw, concat', measures: COST }),
  goals(2, taken.bytes, [
    {
      what: 'capture: time over raw, concat',
      figure: (of) => of('bytes: rehearsal', 'ms') / of('bytes: raw, concat', 'ms'),
      atMost: [1, 0.75],
    },
    {
      what: 'capture: peak memory above idle over payload',
      figure: (of) => ((of('bytes: rehearsal', 'peak') - of('idle', 'peak')) * MEGABYTE) / BYTES,
      atMost: [1.6, 1.1],
    },
  ]),
  figures(`${size(BYTES * STREAMED)} streamed`, stream, taken.stream, { base: 'stream: raw, data', measures: COST }),
  goals(2, taken.stream, [
    {
      what: 'streaming: time over raw, data',
      figure: (of) => of('stream: rehearsal', 'ms') / of('stream: raw, data', 'ms'),
      atMost: [1.05, 0.9],
    },
    {
      what: 'streaming: peak memory above idle',
      figure: (of) => of('stream: rehearsal', 'peak') - of('idle', 'peak'),
      unit: 'MB',
      atMost: [60],
    },
  ]),
  figures(`${PART_LINES} lines by for await`, lines, taken.lines, { base: 'lines: execa', measures: COST }),
  'Nothing is kept, but where it says so: that is `quietly()` here and `buffer: false` of execa.',
  goals(2, taken.lines, [
    {
      what: 'lines by for await: execa over rehearsal',
      figure: (of) => of('lines: execa', 'ms') / of('lines: rehearsal', 'ms'),
      atLeast: [6, 12],
    },
    {
      what: 'the same, by batches of lines',
      figure: (of) => of('lines: execa', 'ms') / of('lines: rehearsal, batches', 'ms'),
      atLeast: [6, 12],
    },
    {
      what: 'lines by for await, output kept as both do by default: execa over rehearsal',
      figure: (of) => of('lines: execa, kept', 'ms') / of('lines: rehearsal, kept', 'ms'),
      atLeast: [6, 12],
    },
  ]),
  figures(`${PART_LINES} lines as an array`, array, taken.array, { base: 'array: execa', measures: COST }),
  goals(2, taken.array, [
    {
      what: 'lines as an array: execa over rehearsal',
      figure: (of) => of('array: execa', 'ms') / of('array: rehearsal', 'ms'),
      atLeast: [5, 6],
    },
  ]),
])

function ways(work: { readonly command: readonly string[]; readonly taken: number }, ...names: string[]): Variants {
  return Object.fromEntries(names.map((name) => [name, () => takeAlone(name, work)]))
}

async function takeAlone(name: string, work: Parameters<typeof ways>[0]): Promise<Sample> {
  const args = ['--input-type=module', '-e', CHILD, name, 'cat', ...work.command]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  const sample = JSON.parse(stdout) as Sample
  // Some cut the last newline off.
  const missing = work.taken - (sample.taken ?? 0)
  if (name !== 'idle' && (missing < 0 || missing > 1)) throw new Error(`Cannot compare ${name}: it missed ${missing}`)
  return sample
}

function size(bytes: number): string {
  return `${Math.round(bytes / MEGABYTE).toLocaleString('en')} MB`
}
