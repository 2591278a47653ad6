import { Process } from '../process.ts'
import type { TimelineSource } from '../report/source.ts'
import { type Line, UsageError } from './usage.ts'

/**
 * Does something, and where `--report` names a file, draws there what became of all that it has started: as a page, or as trace
 * events where the file is called `*.json`. A report that cannot be written in the end changes nothing else.
 *
 * @throws UsageError for a file that cannot be written; nothing has been started then.
 */
export async function reported(line: Line, title: string, act: () => Promise<number>): Promise<number> {
  const write = await reportFor(line, title)
  if (!write) return act()
  const { watchTimeline } = await import('../report/index.ts')
  using watching = watchTimeline(Process, { title })
  try {
    return await act()
  } finally {
    await write(watching)
  }
}

/**
 * What writes the file that `--report` names, where it names one.
 *
 * @throws UsageError for a file that cannot be written.
 */
export async function reportFor(
  { values: { report: file } }: Line,
  title: string,
): Promise<((source: TimelineSource) => Promise<void>) | undefined> {
  if (typeof file !== 'string') return undefined
  const { report, timelineOf, traceEvents } = await import('../report/index.ts')
  await Process.files.write(file, '').catch((error: Error) => {
    throw new UsageError(`Cannot write the report: ${error.message}`)
  })
  return async (source) => {
    const timeline = timelineOf(source, { title })
    const text = file.endsWith('.json') ? JSON.stringify(traceEvents(timeline)) : report(timeline)
    await Process.files.write(file, text).catch((error: Error) => {
      process.stderr.write(`Cannot write the report: ${error.message}\n`)
    })
  }
}
