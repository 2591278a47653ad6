import { createProcess, Process, type ProcessFactory } from '../src/index.ts'

/** Four commands that ended in four ways, and a rule that nothing used. */
export async function someRuns(): Promise<ProcessFactory> {
  const own = createProcess()
  own.fake({
    'git commit *': Process.describe().after('500ms'),
    'git push *': Process.describe().output('pushing').errorOutput(Buffer.from('denied')).exitCode(1),
    'svn *': '',
    ls: Process.describe().crashes(),
    cat: Process.describe().ignores('SIGUSR1').reads().output('ready').hangs(),
  })
  for (const command of [['git', 'commit', '-m', 'two words'], ['git', 'push', 'origin'], 'ls']) await own.run(command)
  const cat = await own.input('some text').start('cat')
  await cat.waitUntil((_, line) => line === 'ready')
  await cat.signal('SIGUSR1').stop()
  return own
}
