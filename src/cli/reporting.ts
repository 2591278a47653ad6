import { Process } from '../process.ts'
import { type Line, UsageError } from './usage.ts'

/**
 * Does something, and where `--report` names a file, draws there what became of all that it has started: as a page, or as trace
 * events where the file is called `*.json`. A report that cannot be written in the end changes nothing else.
 *
 * @throws UsageError for a file that cannot be written; nothing has been started then.
 */
export async function reported(line: Line, title: string, act: () => Promise<number>): Promise<number> {
  const { report: file } = line.values
  if (typeof file !== 'string') return act()
  const { report, traceEvents, watchTimeline } = await import('../report/index.ts')
  await Process.files.write(file, '').catch((error: Error) => {
    throw new UsageError(`Cannot write the report: ${error.message}`)
  })
  using watching = watchTimeline(Process, { title })
  try {
    return await act()
  } finally {
    const text = file.endsWith('.json') ? JSON.stringify(traceEvents(watching)) : report(watching)
    await Process.files.write(file, text).catch((error: Error) => {
      process.stderr.write(`Cannot write the report: ${error.message}\n`)
    })
  }
}
