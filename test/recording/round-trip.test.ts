import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, test } from 'vitest'
import { createProcess, type ProcessFactory, type ProcessResult } from '../../src/index.ts'
import { useDesk } from './desk.ts'

type Work = (process: ProcessFactory, folder: string) => Promise<readonly ProcessResult[]>

/** Real programs at work. Each prepares what it needs, so that it can be done again. */
const WORK: Readonly<Record<string, { readonly needs: string; readonly work: Work }>> = {
  'git, from an empty repository to a commit and a failure': {
    needs: 'git',
    async work(process, folder) {
      const repository = join(folder, 'repository')
      rmSync(repository, { recursive: true, force: true })
      mkdirSync(repository)
      writeFileSync(join(repository, 'a.txt'), 'one\ntwo\n')
      const date = '2026-01-01T00:00:00Z'
      const who = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com', GIT_AUTHOR_DATE: date }
      const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com', GIT_COMMITTER_DATE: date }
      const git = process.path(repository).env({ ...who, ...committer, GIT_CONFIG_GLOBAL: '/dev/null' })
      const lines = ['git init -b main', 'git add .', 'git commit -m first', 'git log --stat', 'git show nothing']
      const results = []
      for (const line of lines) results.push(await git.run(line.split(' ')))
      return results
    },
  },
  'tar, whose archive goes through as bytes': {
    needs: 'tar',
    async work(process, folder) {
      mkdirSync(join(folder, 'packed'), { recursive: true })
      writeFileSync(
        join(folder, 'packed', 'bytes'),
        Uint8Array.from({ length: 3000 }, (_, index) => index % 256),
      )
      const tar = process.path(folder)
      const options = ['--mtime=2026-01-01', '--owner=0', '--group=0', '--numeric-owner', '--sort=name']
      const packed = await tar.run(['tar', '-c', ...options, 'packed'])
      return [packed, await tar.input(packed.bytes()).run(['tar', '-tv', '--numeric-owner'])]
    },
  },
  'node, that reads, writes to both streams and fails': {
    needs: 'node',
    async work(work) {
      const script =
        'process.stdin.on("data", (d) => console.log(String(d).toUpperCase())).on("end", () => { console.error(process.execPath, process.cwd()); process.exit(3) })'
      return [await work.input('grüße\n').run([process.execPath, '-e', script])]
    },
  },
  'a compiler, with what it complains about and what it makes': {
    needs: 'cc',
    async work(process, folder) {
      writeFileSync(join(folder, 'good.c'), '#include <stdio.h>\nint main(void) { puts("compiled"); return 4; }\n')
      writeFileSync(join(folder, 'bad.c'), 'int main(void) { return nothing; }\n')
      const cc = process.path(folder)
      const results = [await cc.run(['cc', '-o', 'good', 'good.c']), await cc.run(['cc', '-o', 'bad', 'bad.c'])]
      return [...results, await cc.run([join(folder, 'good')])]
    },
  },
  'a pipeline of eight stages': {
    needs: 'sort',
    async work(process) {
      const stages = ['seq 1 5000', 'grep 7', 'sort -r', 'uniq', 'tr 7 x', 'cat', 'cat', 'wc -l']
      const result = await process.pipe(stages.map((stage) => stage.split(' ')))
      return [result, ...result.stages]
    },
  },
}

describe('recorded, replayed and recorded again: the same bytes', () => {
  const desk = useDesk()

  for (const [title, { needs, work }] of Object.entries(WORK)) {
    const missing = whyMissing(needs)
    test(missing ? `${title} (${missing}: a missing program instead)` : title, async () => {
      if (missing) return roundTrip(async (process) => [await process.run([needs])])
      await roundTrip(work)
    })
  }

  async function roundTrip(work: Work): Promise<void> {
    const process = createProcess()
    const other = join(desk.folder, 'other.ndjson')
    const act = (): Promise<readonly ProcessResult[]> => work(process, desk.folder)
    // Under load a compiler may well take longer than the second that times are cut down to.
    const options = { symbols: { work: desk.folder }, round: '1m' }

    const real = await process.record(desk.file, options, act)
    const before = desk.read()
    assert.deepEqual(toldBy(await process.replay(desk.file, options, act)), toldBy(real))
    await process.record(desk.file, { ...options, mode: 'all' }, act)
    assert.equal(desk.read(), before)
    await process.record(other, options, act)
    assert.equal(readFileSync(other, 'utf8'), before)
    await process.record(desk.file, { ...options, mode: 'verify', unused: 'fail' }, act)
  }
})

function toldBy(results: readonly ProcessResult[]): unknown {
  return results.map((result) => [result.command(), result.outcome, result.bytes(), result.errorOutput()])
}

function whyMissing(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.some((folder) => existsSync(join(folder, program))) ? undefined : `there is no ${program} here`
}
