import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import type { Files } from '../files.ts'
import type { Scenario } from '../scenario.ts'
import { withFolder } from './folder.ts'
import type { Stage, Topic } from './harness.ts'
import { say } from './readiness.ts'

/** Coarse enough for any file system's clock, in milliseconds. */
const COARSE = 2000
const HOUR = 3_600_000

/** What one case of this topic gets: an empty folder, and the files of the driver. */
type Body = (files: Files, folder: string, stage: Stage) => Promise<void>

const inFolder = (body: Body) => (stage: Stage) =>
  withFolder(stage, (folder) => body(stage.driver.files, folder, stage))

/** The disk that processes of a driver see. */
export const files: Topic = {
  name: 'files',
  cases(fact) {
    const holds = (title: string, body: Body): void => fact(title, inFolder(body))

    holds('text that is written is read again', async (files, folder) => {
      await files.write(join(folder, 'a'), 'grüße\n')
      assert.equal(await files.readText(join(folder, 'a')), 'grüße\n')
      assert.deepEqual(await files.stat(join(folder, 'a')).then((stat) => stat?.size), 8)
    })

    holds('bytes that are not text are read again unchanged', async (files, folder) => {
      await files.write(join(folder, 'a'), Uint8Array.of(0, 255, 254, 10))
      assert.deepEqual(await files.read(join(folder, 'a')), Uint8Array.of(0, 255, 254, 10))
    })

    holds('a write replaces what was there, however long', async (files, folder) => {
      await files.write(join(folder, 'a'), 'a long text')
      await files.write(join(folder, 'a'), 'short')
      assert.equal(await files.readText(join(folder, 'a')), 'short')
    })

    holds('an append adds to the end, and makes the file when there is none', async (files, folder) => {
      await files.write(join(folder, 'a'), 'one\n', { append: true })
      await files.write(join(folder, 'a'), 'two\n', { append: true })
      assert.equal(await files.readText(join(folder, 'a')), 'one\ntwo\n')
    })

    holds('a file and a folder are told apart, and nothing is undefined', async (files, folder) => {
      await files.write(join(folder, 'a'), 'abc')
      const file = await files.stat(join(folder, 'a'))
      assert.deepEqual([file?.kind, file?.size], ['file', 3])
      assert.equal((await files.stat(folder))?.kind, 'folder')
      assert.equal(await files.stat(join(folder, 'b')), undefined)
      assert.equal(await files.stat(join(folder, 'a', 'below a file')), undefined)
    })

    fact('a change is dated by the clock of the driver', inFolder(datedExactly), {
      needs: 'virtualTime',
      otherwise: 'within what file systems tell apart',
      twin: inFolder(datedAboutNow),
    })

    holds('names are listed in order, whatever they name', async (files, folder) => {
      for (const name of ['b', 'a', '10', '9', 'B']) await files.write(join(folder, name), '')
      await files.makeFolder(join(folder, 'aa'))
      assert.deepEqual(await files.list(folder), ['10', '9', 'B', 'a', 'aa', 'b'])
      assert.deepEqual(await files.list(join(folder, 'aa')), [])
    })

    holds('a folder is made with those around it, and again without complaint', async (files, folder) => {
      const deep = join(folder, 'one', 'two', 'three')
      await files.makeFolder(deep)
      await files.write(join(deep, 'a'), 'kept')
      await files.makeFolder(deep)
      assert.equal(await files.readText(join(deep, 'a')), 'kept')
    })

    holds('a rename moves a file, and replaces the one in its way', async (files, folder) => {
      await files.write(join(folder, 'a'), 'new')
      await files.write(join(folder, 'b'), 'old')
      await files.rename(join(folder, 'a'), join(folder, 'b'))
      assert.deepEqual(await files.list(folder), ['b'])
      assert.equal(await files.readText(join(folder, 'b')), 'new')
    })

    holds('a rename moves a folder with all that is in it', async (files, folder) => {
      await files.makeFolder(join(folder, 'a'))
      await files.write(join(folder, 'a', 'inside'), 'kept')
      await files.rename(join(folder, 'a'), join(folder, 'b'))
      assert.deepEqual(await files.list(folder), ['b'])
      assert.equal(await files.readText(join(folder, 'b', 'inside')), 'kept')
    })

    holds(
      'a file is removed, a folder with all that is in it, and nothing without complaint',
      async (files, folder) => {
        await files.makeFolder(join(folder, 'a', 'b'))
        await files.write(join(folder, 'a', 'b', 'c'), '')
        await files.write(join(folder, 'd'), '')
        for (const name of ['a', 'd', 'nothing']) await files.remove(join(folder, name))
        assert.deepEqual(await files.list(folder), [])
      },
    )

    for (const [what, code, act] of REFUSALS) {
      holds(`${what} fails with ${code}`, async (files, folder) => {
        await files.write(join(folder, 'file'), 'kept')
        for (const name of ['empty', 'full/inner']) await files.makeFolder(join(folder, name))
        await assert.rejects(
          act(files, (...names) => join(folder, ...names)),
          { code },
        )
        assert.deepEqual(await files.list(folder), ['empty', 'file', 'full'])
        assert.equal(await files.readText(join(folder, 'file')), 'kept')
      })
    }

    holds('a file that a process writes is there when it is over', async (files, folder, { process, actor }) => {
      const path = join(folder, 'a')
      await process.run(actor({ file: path, data: 'from a process' }))
      assert.equal(await files.readText(path), 'from a process')
    })

    holds('a process that cannot write its file fails', async (_files, folder, { process, actor }) => {
      const result = await process.run(
        actor({ file: join(folder, 'no', 'a'), data: '' }, { write: 'out', data: 'done' }),
      )
      assert.deepEqual([result.exitCode(), result.output()], [1, ''])
      assert.match(result.errorOutput(), /ENOENT/)
    })

    holds('a process reads a file, to its end', async (files, folder, stage) => {
      await files.write(join(folder, 'a'), 'one\ntwo')
      const handle = await stage.start([{ read: 'line' }, { echo: 'in' }], { stdin: { file: join(folder, 'a') } })
      assert.equal(await stage.text(handle.stdout), 'two')
    })

    holds('a process writes to a file, in place of what was in it or after that', async (files, folder, stage) => {
      const path = join(folder, 'a')
      for (const [data, append] of [
        ['one\n', false],
        ['two\n', false],
        ['three\n', true],
      ] as const) {
        const handle = await stage.start([{ write: 'out', data }], { stdout: { file: path, append } })
        assert.equal(handle.stdout, undefined)
        await stage.exit(handle)
      }
      assert.equal(await files.readText(path), 'two\nthree\n')
    })

    holds('a process goes on with its file when that is moved away', async (files, folder, stage) => {
      const [file, moved] = [join(folder, 'a'), join(folder, 'b')]
      const steps: Scenario = [{ write: 'out', data: 'one\n' }, { write: 'err', data: 'ready\n' }, { read: 'line' }]
      const command: Partial<Command> = { stdin: 'pipe', stdout: { file, append: false } }
      const handle = await stage.start([...steps, { write: 'out', data: 'two\n' }], command)
      const told = stage.collect(handle.stderr)
      await stage.until(() => told() === 'ready\n', 'being ready')
      await files.rename(file, moved)
      await say(stage, handle)
      await stage.exit(handle)
      assert.deepEqual([await files.list(folder), await files.readText(moved)], [['b'], 'one\ntwo\n'])
    })

    holds('a process whose files cannot be opened does not start', async (_files, folder, stage) => {
      const file = join(folder, 'no', 'a')
      for (const change of [{ stdin: { file } }, { stdout: { file, append: false } }]) {
        await assert.rejects(stage.start([], change), { code: 'ERR_PROCESS_START', errno: 'ENOENT' })
      }
    })
  },
}

/** What no disk does, and the name of the reason, in a folder that holds `empty/`, `file` and `full/inner/`. */
const REFUSALS: readonly (readonly [
  what: string,
  code: string,
  act: (files: Files, at: (...names: string[]) => string) => Promise<unknown>,
])[] = [
  ['reading nothing', 'ENOENT', (files, at) => files.read(at('nothing'))],
  ['reading a folder', 'EISDIR', (files, at) => files.readText(at('full'))],
  ['listing nothing', 'ENOENT', (files, at) => files.list(at('nothing'))],
  ['listing a file', 'ENOTDIR', (files, at) => files.list(at('file'))],
  ['writing into a missing folder', 'ENOENT', (files, at) => files.write(at('nothing', 'a'), '')],
  ['appending in a missing folder', 'ENOENT', (files, at) => files.write(at('nothing', 'a'), '', { append: true })],
  ['writing over a folder', 'EISDIR', (files, at) => files.write(at('full'), '')],
  ['writing below a file', 'ENOTDIR', (files, at) => files.write(at('file', 'a'), '')],
  ['making a folder over a file', 'EEXIST', (files, at) => files.makeFolder(at('file'))],
  ['making a folder below a file', 'ENOTDIR', (files, at) => files.makeFolder(at('file', 'a'))],
  ['renaming nothing', 'ENOENT', (files, at) => files.rename(at('nothing'), at('a'))],
  ['renaming into a missing folder', 'ENOENT', (files, at) => files.rename(at('file'), at('nothing', 'a'))],
  ['renaming a file to a folder', 'EISDIR', (files, at) => files.rename(at('file'), at('full'))],
  ['renaming a folder to a file', 'ENOTDIR', (files, at) => files.rename(at('full'), at('file'))],
  ['renaming a folder to one that is not empty', 'ENOTEMPTY', (files, at) => files.rename(at('empty'), at('full'))],
  ['renaming a folder into itself', 'EINVAL', (files, at) => files.rename(at('full'), at('full', 'a'))],
]

async function datedExactly(files: Files, folder: string, stage: Stage): Promise<void> {
  const path = join(folder, 'a')
  const begin = stage.driver.clock.now()
  await files.write(path, 'one')
  await stage.sleep(HOUR)
  assert.deepEqual([await dateOf(files, path), await dateOf(files, folder)], [begin, begin])
  await stage.process.forever().run(stage.actor({ wait: HOUR }, { file: path, data: 'two' }))
  assert.deepEqual([await dateOf(files, path), await dateOf(files, folder)], [begin + 2 * HOUR, begin])
  const steps: Scenario = [{ wait: HOUR }, { write: 'out', data: 'three' }]
  await stage.exit(await stage.start(steps, { stdout: { file: path, append: true } }))
  assert.deepEqual([await dateOf(files, path), await dateOf(files, folder)], [begin + 3 * HOUR, begin])
  await files.remove(path)
  assert.equal(await dateOf(files, folder), begin + 3 * HOUR)
}

async function datedAboutNow(files: Files, folder: string, stage: Stage): Promise<void> {
  const begin = stage.driver.clock.now()
  await files.write(join(folder, 'a'), 'one')
  const date = (await dateOf(files, join(folder, 'a'))) ?? 0
  assert(date >= begin - COARSE && date <= stage.driver.clock.now() + COARSE, `dated ${date}, written at ${begin}`)
}

async function dateOf(files: Files, path: string): Promise<number | undefined> {
  return (await files.stat(path))?.modifiedAt
}
