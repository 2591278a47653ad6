import type { ProcessFactory, ProcessResult } from '../../src/index.ts'

/** Lists a folder into a file, sorted, each name once: the result is that of the first stage that failed, or of the last. */
export async function sortedList(host: ProcessFactory, folder: string, file: string): Promise<ProcessResult> {
  const ls = await host.path(folder).start('ls')
  return ls.pipe('sort').pipe('uniq').pipeOutput(file)
}
