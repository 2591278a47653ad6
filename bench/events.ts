import { channel } from 'node:diagnostics_channel'
import type { Rehearsal } from '../src/index.ts'
import { expectSame, interleave, type Sample, size, timed, type Variants } from './harness.ts'
import { createProcess } from './ours.ts'
import { figures, printSection } from './report.ts'

const RUNS = size(20_000, 300)
const NOBODY = 'nobody listens'
const NO_EVENTS = 'no events'

type Process = ReturnType<typeof createProcess>
/** Begins to listen, and gives back how to end that. */
type Listening = (process: Process) => () => void

const listening: Readonly<Record<string, Listening>> = {
  [NOBODY]: () => () => {},
  'one listens to the end': (process) => process.events.on('completed', () => {}),
  'one is asked before the start': (process) => process.events.beforeStart(() => {}),
  'one has subscribed to the channel of the end': () => {
    const ends = channel('rehearsal:process:completed')
    const ignore = (): void => {}
    ends.subscribe(ignore)
    return () => ends.unsubscribe(ignore)
  },
}

const atOnce = variants((process) => process.fake({ 'git *': 'ok' }))
const later = variants((process) =>
  process.fake({ 'git *': process.describe().after('5ms').add({ write: 'out', data: 'ok' }) }),
)
const taken = { atOnce: await interleave(atOnce, 10), later: await interleave(later, 10) }
const tables = { base: NO_EVENTS, measures: { us: 'us per run' } }

printSection('Events', [
  figures('Rehearsed runs that take no time', atOnce, taken.atOnce, tables),
  figures('Rehearsed runs that take 5 virtual ms', later, taken.later, tables),
])

function variants(rehearse: (process: Process) => Rehearsal): Variants {
  const quiet = async (): Promise<Sample> => {
    const process = createProcess()
    const fake = rehearse(process)
    // There is no such Process: this one has nobody to ask whether somebody listens.
    Object.assign(fake, { observer: undefined })
    return play(NO_EVENTS, process, fake)
  }
  const heard = (name: string, listen: Listening) => async (): Promise<Sample> => {
    const process = createProcess()
    const leave = listen(process)
    const sample = await play(name, process, rehearse(process))
    leave()
    return sample
  }
  return {
    [NO_EVENTS]: quiet,
    ...Object.fromEntries(Object.entries(listening).map(([name, listen]) => [name, heard(name, listen)])),
  }
}

async function play(name: string, process: Process, fake: Rehearsal): Promise<Sample> {
  const { ms } = await timed(async () => {
    for (let run = 0; run < RUNS; run++) expectSame(name, (await process.run(['git', 'status'])).output(), 'ok')
  })
  fake.restore()
  return { us: (ms * 1000) / RUNS }
}
