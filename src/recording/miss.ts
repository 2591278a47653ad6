import { commandText } from '../command.ts'
import { mismatchOf } from '../mismatch.ts'
import type { Entries, Entry } from './entries.ts'
import { RecordingMissError } from './errors.ts'
import type { Identity, Telling } from './identity.ts'
import { inputOf } from './input.ts'
import { type RecordedRun, UNREAD } from './run.ts'

/** A command that a recording does not have. */
export interface Missing {
  readonly identity: Identity
  /** The digest of what it reads, and as much of that as is known. */
  readonly stdin: string | undefined
  readonly input: string
  readonly key: string
}

/** What is known of the recording, for its messages. */
export interface Source {
  readonly file: string
  readonly telling: Telling
  /** What to do to have it recorded. */
  readonly remedy: string
}

/** The error for a command that a recording does not have: it names the runs that come nearest, and what differs. */
export function missOf(missing: Missing, entries: Entries, { file, telling, remedy }: Source): RecordingMissError {
  const near = entries.all.map((entry) => nearness(missing, entry, telling))
  const nearest = near.sort((a, b) => b.fitting - a.fitting).slice(0, 3)
  const list = nearest.flatMap(({ name, differences }) => [`  ${name}`, ...differences.map((one) => `      ${one}`)])
  const known = list.length === 0 ? 'It has no runs at all.' : `The nearest:\n${list.join('\n')}`
  const text = commandText(missing.identity.run)
  return new RecordingMissError(
    `Cannot replay "${text}": the recording "${file}" has no such run left. ${known}\n${remedy}`,
  )
}

/** The error for a command that the recording has, and that is fed something else than then. */
export function divergenceOf(missing: Missing, run: RecordedRun, { file, remedy }: Source): RecordingMissError {
  const text = commandText(missing.identity.run)
  const state = `it is fed something else than in the recording "${file}"`
  return new RecordingMissError(
    `Cannot go on replaying "${text}": ${state}\n      ${stdinDiffers(run, missing)}\n${remedy}`,
  )
}

interface Near {
  readonly name: string
  readonly fitting: number
  readonly differences: readonly string[]
}

const SAME_COMMAND = 1_000_000

function nearness(missing: Missing, { run, key, played }: Entry, telling: Telling): Near {
  const name = commandText(run.run)
  if (key !== missing.key) return { name, ...differing(missing.identity, run, telling) }
  const differences = run.stdin === missing.stdin || played > 0 ? [`it has been played`] : [stdinDiffers(run, missing)]
  return { name, fitting: SAME_COMMAND - played, differences }
}

function differing(identity: Identity, run: RecordedRun, telling: Telling): Omit<Near, 'name'> {
  const { fitting, differences } = textDiffers(identity, run)
  const cwd = telling.cwd && run.cwd !== identity.cwd ? [`cwd: ${shown(identity.cwd)} is not ${shown(run.cwd)}`] : []
  const env = (telling.env ?? []).filter((variable) => run.told?.[variable] !== identity.told?.[variable])
  return {
    fitting,
    differences: [...differences, ...cwd, ...env.map((variable) => `env ${variable}: it has another value`)],
  }
}

function textDiffers(identity: Identity, { run }: RecordedRun): Omit<Near, 'name'> {
  const text = commandText(identity.run)
  if (JSON.stringify(run) === JSON.stringify(identity.run)) return { fitting: SAME_COMMAND / 2, differences: [] }
  if (typeof run !== typeof identity.run) {
    const state =
      typeof run === 'string' ? 'it is text for the shell, and not an array' : 'it is an array, and not text'
    return { fitting: text === commandText(run) ? SAME_COMMAND / 4 : 0, differences: [state] }
  }
  const view = { command: identity.run, text, name: undefined, path: undefined, env: {}, input: undefined }
  return mismatchOf(run, view)
}

function stdinDiffers(run: RecordedRun, { input }: Missing): string {
  const was = run.stdin === UNREAD ? 'more than it read' : shown(inputOf(run) ?? 'bytes')
  return `stdin: ${shown(input)} is not ${was}`
}

const SHOWN = 60

function shown(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}
