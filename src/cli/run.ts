import { commandText } from '../command.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import type { ProcessResult } from '../process-result.ts'
import { reported } from './reporting.ts'
import { flag, reportOption, type Spec, text } from './spec.ts'
import { commandIn, type Line, numberIn, UsageError } from './usage.ts'

/** Exit codes beside those of the command: as of timeout(1), and of a shell. */
const TIMED_OUT = 124

/** Milliseconds between two attempts. */
const BETWEEN = 1000

/** `rehearsal run`: runs a command within limits, and passes on what it reads, writes and ends with. */
export const run: Spec = {
  about: 'run a command within limits',
  subject: '-- <command…>',
  options: {
    timeout: text('<time>', 'stop it after this long: 90s, 5m'),
    'idle-timeout': text('<time>', 'stop it when it has written nothing for this long'),
    retry: text('<n>', 'try again when it fails, up to this often in all; a second apart'),
    cwd: text('<folder>', 'where it runs'),
    user: text('<name>', 'whom it runs as'),
    memory: text('<size>', 'stop it when it holds more: 500MB, 1GB'),
    'open-files': text('<n>', 'how many files it may have open'),
    log: text('<file>', 'write what it says there, too, line by line'),
    ...reportOption,
    json: flag('pass nothing on, and tell in one line of JSON what became of it'),
  },
  act: (line) => {
    const command = commandIn(line)
    const pending = described(line)
    return reported(line, commandText(command), () => go(line, pending, command))
  },
}

async function go(line: Line, pending: PendingProcess, command: readonly string[]): Promise<number> {
  const tries = numberIn(line, 'retry') ?? 1
  for (let attempt = 1; ; attempt++) {
    const { result, stopped } = await once(line, pending, command)
    if (result.successful() || stopped || attempt >= tries) return told(line, result)
    process.stderr.write(`rehearsal: failed, again in 1 s (${attempt + 1} of ${tries})\n`)
    await Process.clock.sleep(BETWEEN)
  }
}

interface Attempt {
  readonly result: ProcessResult
  readonly stopped: boolean
}

async function once(line: Line, pending: PendingProcess, command: readonly string[]): Promise<Attempt> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  let stop = (): void => {}
  let stopped = false
  try {
    const running = await pending.start(command, line.values.json ? undefined : passOn)
    stop = () => {
      stopped = true
      void running.stop()
    }
    for (const signal of signals) process.on(signal, stop)
    running.endInput()
    return { result: await running.wait(), stopped }
  } catch (error) {
    const { result, message } = error as Error & { readonly result?: ProcessResult }
    if (!result) throw error
    process.stderr.write(`${message.split('\n')[0]}\n`)
    return { result, stopped }
  } finally {
    for (const signal of signals) process.off(signal, stop)
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
