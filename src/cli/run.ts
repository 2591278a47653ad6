import { commandText } from '../command.ts'
import type { InvokedProcess } from '../invoked-process.ts'
import type { PendingProcess } from '../pending-process.ts'
import { Process } from '../process.ts'
import type { ProcessResult } from '../process-result.ts'
import { passable, passOn } from './passing.ts'
import { reported } from './reporting.ts'
import { flag, reportOption, type Spec, text } from './spec.ts'
import { commandIn, type Line, UsageError, wholeIn } from './usage.ts'

/** Exit codes beside those of the command: as of timeout(1), and of a shell. */
const TIMED_OUT = 124

/** What `--json` tells of each stream: the last of it. */
const KEPT = '10MB'

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
  goesOn: true,
  act: (line) => {
    const command = commandIn(line)
    const tries = wholeIn(line, 'retry', 1) ?? 1
    const pending = described(line)
    return reported(line, commandText(command), () => go(line, pending, { command, tries }))
  },
}

interface Work {
  readonly command: readonly string[]
  readonly tries: number
}

async function go(line: Line, pending: PendingProcess, { command, tries }: Work): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { result, unwanted } = await once(line, pending, command)
    if (result.successful() || unwanted || attempt >= tries) return told(line, result)
    process.stderr.write(`rehearsal: failed, again in 1 s (${attempt + 1} of ${tries})\n`)
    await Process.clock.sleep(BETWEEN)
  }
}

interface Attempt {
  readonly result: ProcessResult
  /** Whether nobody wants another one: a signal came, or whoever read what it writes has left. */
  readonly unwanted: boolean
}

async function once(line: Line, pending: PendingProcess, command: readonly string[]): Promise<Attempt> {
  let unwanted = false
  const dismiss = (): void => {
    unwanted = true
  }
  let forget = dismiss
  try {
    const running = await pending.start(command)
    if (!line.values.json) passOn(running, dismiss)
    forget = onSignals(running, dismiss)
    running.endInput()
    return { result: await running.wait(), unwanted }
  } catch (error) {
    const { result, message } = error as Error & { readonly result?: ProcessResult }
    if (!result) throw error
    process.stderr.write(`${message.split('\n')[0]}\n`)
    return { result, unwanted }
  } finally {
    forget()
  }
}

// Each signal is forwarded already, because it is handled here. More than one means that the command does not obey.
function onSignals(running: InvokedProcess, dismiss: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let count = 0
  const hear = (): void => {
    dismiss()
    if (++count > 1) void running.stop()
  }
  for (const signal of signals) process.on(signal, hear)
  return () => {
    for (const signal of signals) process.off(signal, hear)
  }
}

function described({ values }: Line): PendingProcess {
  const { timeout, cwd, user, log } = values
  const limits = {
    ...(values.memory && { memory: values.memory }),
    ...(values['open-files'] && { openFiles: Number(values['open-files']) }),
  }
  try {
    const kept = values.json
      ? Process.maxOutput(KEPT, { onOverflow: 'truncate', keep: 'tail' })
      : passable(Process.forever())
    let pending = typeof timeout === 'string' ? kept.timeout(timeout) : kept.forever()
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

function told({ values }: Line, result: ProcessResult): number {
  const timedOut = result.outcome.kind === 'timedOut' || result.outcome.kind === 'idleTimedOut'
  const exitCode = timedOut ? TIMED_OUT : (result.exitCode() ?? 1)
  if (values.json) {
    const { outcome, durationMs, droppedBytes } = result
    const about = { command: result.command(), exitCode, signal: result.signal(), outcome: outcome.kind, durationMs }
    const written = { output: result.output(), errorOutput: result.errorOutput(), droppedBytes }
    process.stdout.write(`${JSON.stringify({ ...about, ...written })}\n`)
  }
  return exitCode
}
