import type { Command } from '../contracts/command.ts'
import { insistedOn } from '../contracts/isolation.ts'
import type { StartFailure } from '../contracts/scenario.ts'
import { NotFakeableError, ProcessStartError } from '../errors.ts'
import { IsolationError } from '../isolation-error.ts'
import type { MemoryFiles } from './memory-files.ts'
import type { Part } from './program.ts'

/** The longest argument that Linux accepts (MAX_ARG_STRLEN in execve(2)). */
const LONGEST_ARGUMENT = 131_072

/** A command's program, as messages name it. */
export function nameOf({ line }: Pick<Command, 'line'>): string {
  return typeof line === 'string' ? line : String(line[0])
}

/**
 * Refuses what a machine would refuse before it looks at any stream, and what no rehearsal can give.
 *
 * @throws ProcessStartError, NotFakeableError
 */
export function refuse(command: Command, disk: MemoryFiles | undefined): void {
  const name = nameOf(command)
  refuseTheUnfakeable(command, name)
  refuseBadFolder(command, name, disk)
  refuseLongArguments(command, name)
}

/** @throws IsolationError for a start within a call that demands something. */
export function refuseIsolation(command: Command): void {
  if (insistedOn(command.isolation).length > 0) throw IsolationError.withinCall(nameOf(command))
}

function refuseBadFolder({ cwd }: Command, name: string, disk: MemoryFiles | undefined): void {
  const errno = cwd === undefined ? undefined : disk?.whyNoFolder(cwd)
  if (cwd !== undefined && errno) throw ProcessStartError.inFolder(name, cwd, errno)
}

function refuseTheUnfakeable(command: Command, name: string): void {
  const { stdin, stdout, stderr, foreground } = command
  if (!foreground && stdin !== 'inherit' && stdout !== 'inherit' && stderr !== 'inherit') return
  throw new NotFakeableError(`Cannot rehearse "${name}": it asks for the caller's own terminal or descriptors`)
}

function refuseLongArguments(command: Command, name: string): void {
  const words = typeof command.line === 'string' ? [command.line] : command.line
  const { env } = command
  const tooLong =
    words.some(isTooLong) || Object.keys(env).some((variable) => isTooLong(`${variable}=${env[variable]}`))
  if (tooLong) throw new ProcessStartError(name, 'E2BIG')
}

// No character takes more than three bytes per unit of length, so most words need not be counted.
function isTooLong(word: string): boolean {
  return word.length * 3 >= LONGEST_ARGUMENT && Buffer.byteLength(word) >= LONGEST_ARGUMENT
}

/** Why a part does not start, if it does not. */
export function failureOf(part: Part): StartFailure | undefined {
  const first = 'scenario' in part ? part.scenario[0] : undefined
  return first && 'failToStart' in first ? first.failToStart : undefined
}

/** The error for a program that is not there, or does not start. */
export function notThere(name: string, part: Part | undefined): ProcessStartError {
  return new ProcessStartError(name, (part && failureOf(part)) ?? 'ENOENT')
}
