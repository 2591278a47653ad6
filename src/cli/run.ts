import { commandText } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import type { ProcessResult } from '../process-result.ts'
import { reported } from './reporting.ts'
import { commandIn, type Line, read, UsageError } from './usage.ts'

const text = { type: 'string' } as const
const OPTIONS = {
  timeout: text,
  'idle-timeout': text,
  cwd: text,
  user: text,
  memory: text,
  'open-files': text,
  log: text,
  report: text,
  json: { type: 'boolean' },
} as const

/** Exit codes beside those of the command: as of timeout(1), and of a shell. */
const TIMED_OUT = 124

/**
 * `rehearsal run`: runs a command within limits, and passes on what it reads, writes and ends with.
 *
 * @throws UsageError for what was not understood.
 */
export async function run(args: readonly string[]): Promise<number> {
  const line = read(args, OPTIONS)
  const command = commandIn(line)
  const pending = described(line)
  return reported(line, commandText(command), () => go(line, pending, command))
}

async function go(line: Line, pending: PendingProcess, command: readonly string[]): Promise<number> {
  try {
    const running = await pending.start(command, line.values.json ? undefined : passOn)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.stop())
    running.endInput()
    return told(line, await running.wait())
  } catch (error) {
    const { result, message } = error as Error & { readonly result?: ProcessResult }
    if (!result) throw error
    process.stderr.write(`${message.split('\n')[0]}\n`)
    return told(line, result)
  }
}

function described({ values }: Line): PendingProcess {
  const { timeout, cwd, user, log } = values
  const limits = {
    ...(values.memory && { memory: values.memory }),
    ...(values['open-files'] && { openFiles: Number(values['open-files']) }),
  }
  try {
    let pending = typeof timeout === 'string' ? Process.timeout(timeout) : Process.forever()
    if (typeof values['idle-timeout'] === 'string') pending = pending.idleTimeout(values['idle-timeout'])
    if (typeof cwd === 'string') pending = pending.path(cwd)
    if (typeof user === 'string') pending = pending.user(user)
    if (typeof log === 'string') pending = pending.log(log)
    if (Object.keys(limits).length > 0) pending = pending.limits(limits as Parameters<PendingProcess['limits']>[0])
    return pending
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error
  }
}

function passOn(type: 'out' | 'err', chunk: string): void {
  process[type === 'out' ? 'stdout' : 'stderr'].write(chunk)
}

function told({ values }: Line, result: ProcessResult): number {
  const timedOut = result.outcome.kind === 'timedOut' || result.outcome.kind === 'idleTimedOut'
  const exitCode = timedOut ? TIMED_OUT : (result.exitCode() ?? 1)
  if (values.json) {
    const { outcome, durationMs } = result
    const about = { command: result.command(), exitCode, signal: result.signal(), outcome: outcome.kind, durationMs }
    process.stdout.write(
      `${JSON.stringify({ ...about, output: result.output(), errorOutput: result.errorOutput() })}\n`,
    )
  }
  return exitCode
}
