import { ProcessCancelledError, ProcessFailedError, type ProcessResult, ProcessTimedOutError } from '../../src/index.ts'

/** What went wrong, in one line for people. */
export class BackupError extends Error {
  readonly exitCode: number = 1
}

/** The command line was wrong, not the world. */
export class UsageError extends BackupError {
  override readonly exitCode = 2

  constructor(message: string) {
    super(`${message}; see --help`)
  }
}

/** Does one thing. Every failure that the world can cause becomes one line that says what was tried, and why it failed. */
export async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    const reason = reasonOf(cause)
    // What has no reason in the world is a mistake in this program: it keeps its stack.
    throw reason === undefined ? cause : new BackupError(`Cannot ${what}: ${reason}`, { cause })
  }
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof BackupError) return error.message
  if (error instanceof ProcessTimedOutError) return `${programOf(error.result)} took too long and was stopped`
  if (error instanceof ProcessCancelledError) return 'interrupted'
  if (error instanceof ProcessFailedError) return whyItFailed(error.result)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return REASONS[code]
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'no space left on the disk',
  ENOENT: 'not found',
  ENOTDIR: 'there is a file in the way',
  EEXIST: 'there is a file in the way',
}

function whyItFailed(result: ProcessResult): string {
  const { outcome } = result
  const program = programOf(result)
  if (outcome.kind === 'notStarted' && outcome.errno === 'ENOENT') return `${program} is not installed, or not in PATH`
  if (outcome.kind === 'notStarted')
    return `${program} could not be started: ${REASONS[outcome.errno] ?? outcome.errno}`
  const complaint = result.errorOutput().trim().split('\n')[0]
  if (complaint) return complaint
  return result.signal() ? `${program} was killed by ${result.signal()}` : `${program} ended with ${result.exitCode()}`
}

function programOf(result: ProcessResult): string {
  return result.command().split(' ')[0] as string
}
