import { SystemDriver } from '../driver/driver.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import { createProcess } from '../process.ts'
import { LARGEST } from '../recording/cassette-file.ts'
import { completed, remade } from '../recording/editing.ts'
import { RecordingNotSavedError } from '../recording/errors.ts'
import { Loaded } from '../recording/loaded.ts'
import { settle } from '../recording/options.ts'
import { RecordingDriver } from '../recording/recorder.ts'
import { Scrubber } from '../recording/scrubber.ts'
import { Tape } from '../recording/tape.ts'
import { passable, passOn } from './passing.ts'
import { flag, type Spec, text } from './spec.ts'
import { commandIn, type Line } from './usage.ts'

/** `rehearsal record -- <command…>`: runs a command as if it were run by itself, and records it. Gives its exit code. */
export const record: Spec = {
  about: 'run a command and record it',
  subject: '-- <command…>',
  options: {
    output: text('<cassette>', 'where to: recording.ndjson unless given', 'o'),
    add: flag('keep the other runs that are there'),
  },
  goesOn: true,
  act: recordCommand,
}

async function recordCommand(line: Line): Promise<number> {
  const command = commandIn(line)
  const loaded = new Loaded(String(line.values.output ?? 'recording.ndjson'))
  const settled = settle({})
  const driver = new SystemDriver()
  const { telling, unit, repeats, symbols } = settled
  const scrubberFor = (one: ConstructorParameters<typeof Scrubber>[0]): Scrubber => new Scrubber(one, symbols, [])
  const tape = new Tape({ clock: driver.clock, telling, unit, repeats, limit: LARGEST, scrubberFor })

  const code = await perform(command, new RecordingDriver(driver, tape))
  if (tape.problem !== undefined) throw new RecordingNotSavedError(loaded.file, tape.problem)
  const old = loaded.cassette?.runs ?? []
  loaded.save({ runs: line.values.add ? completed(old, tape.runs()) : remade(old, tape.runs(), settled) })
  return code
}

async function perform(command: readonly string[], driver: RecordingDriver): Promise<number> {
  // Signals go through the driver, so that they are recorded; forwarded besides, they would come twice.
  const pending = passable(createProcess({ driver }).forever()).change({ spared: true })
  const fed = process.stdin.isTTY ? pending : pending.input(process.stdin)
  const running = await fed.start(command)
  passOn(running, () => {})
  const forget = passSignalsOn(running)
  if (process.stdin.isTTY) process.stdin.on('data', (data) => void running.write(data))
  try {
    return (await running.ended()).exitCode() ?? 1
  } finally {
    forget()
    process.stdin.destroy()
  }
}

// It leads a group of its own, so that a terminal reaches only us.
function passSignalsOn(running: InvokedProcess): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const pass = (signal: NodeJS.Signals): void => void running.signal(signal)
  for (const signal of signals) process.on(signal, pass)
  return () => {
    for (const signal of signals) process.off(signal, pass)
  }
}
