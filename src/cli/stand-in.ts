/** What a stand-in on PATH runs: finds its run in the recording, and performs that as the actor. */
import { basename } from 'node:path'
import { perform } from '../actor/perform.ts'
import { commandText } from '../command.ts'
import { type RecordedRun, UNREAD } from '../recording/run.ts'
import { scenarioOf } from '../recording/scenario-of.ts'
import { Symbols } from '../recording/symbols.ts'
import { claim, wasPlayed } from './claims.ts'
import { plainScrubber, runsIn } from './tapes.ts'

const [cassette = '', state = '', cwd = '', name = '', ...args] = process.argv.slice(2)
const symbols = new Symbols({ cwd })
const scrubber = plainScrubber([name, ...args], symbols)

/** A run of the program that this one stands in for, and its place in the recording. */
interface Candidate {
  readonly run: RecordedRun
  readonly index: number
}

await stand()

async function stand(): Promise<void> {
  const all = runsIn(cassette)
    .map((run, index) => ({ run, index }))
    .filter(({ run }) => isMine(run))
  const fresh = all.filter(({ index }) => !wasPlayed(state, index))
  const inputs = new Set(fresh.map(({ run }) => run.stdin))
  const stdin = inputs.size > 1 ? await readAll() : undefined
  const chosen = take(stdin === undefined ? fresh : fitting(fresh, scrubber.digest(stdin)), all)
  if (!chosen) return miss()
  const [first, ...others] = scenarioOf(chosen.run, (text) => symbols.expand(text))
  if (first && 'failToStart' in first) return fail(first.failToStart)
  const scenario = first ? [first, ...others] : []
  await perform(stdin === undefined ? scenario : scenario.filter((step) => !('read' in step)))
  process.exit(0)
}

function isMine({ run }: RecordedRun): boolean {
  if (typeof run === 'string' || basename(symbols.expand(run[0] ?? '')) !== name) return false
  return JSON.stringify(run.slice(1)) === JSON.stringify(scrubber.line([name, ...args]).slice(1))
}

function fitting(candidates: readonly Candidate[], digest: string | undefined): readonly Candidate[] {
  return candidates.filter(({ run }) => run.stdin === digest || run.stdin === UNREAD)
}

function take(fresh: readonly Candidate[], all: readonly Candidate[]): Candidate | undefined {
  return fresh.find(({ index }) => claim(state, index)) ?? all.findLast(({ run }) => run.repeats)
}

async function readAll(): Promise<readonly Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of process.stdin) pieces.push(piece)
  return pieces
}

function miss(): void {
  const text = commandText(scrubber.line([name, ...args]))
  process.stderr.write(`rehearsal: Cannot play "${text}": the recording "${cassette}" has no such run left\n`)
  process.exitCode = 127
}

function fail(errno: string): void {
  process.stderr.write(`${name}: ${errno}\n`)
  process.exitCode = errno === 'EACCES' ? 126 : 127
}
