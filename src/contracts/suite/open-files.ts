import assert from 'node:assert/strict'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Files } from '../files.ts'
import { withFolder } from './folder.ts'
import type { Topic } from './harness.ts'

/** Files that stay open to be added to, as logs do, and what becomes of them. */
export const openFiles: Topic = {
  name: 'open files',
  cases(fact) {
    const holds = (title: string, body: (files: Files, folder: string) => Promise<void>): void =>
      fact(title, (stage) => withFolder(stage, (folder) => body(stage.driver.files, folder)))

    holds('a file that is open to be added to takes what is written at its end, in order', async (files, folder) => {
      await files.write(join(folder, 'a'), 'zero ')
      const file = await files.append(join(folder, 'a'))
      assert.equal(await file.write(Buffer.from('one ')), 4)
      await files.write(join(folder, 'a'), 'from elsewhere ', { append: true })
      assert.equal(file.writeNow(Buffer.from('two ')), 4)
      assert.equal(await file.write(Buffer.from('three')), 5)
      await file.close()
      assert.equal(await files.readText(join(folder, 'a')), 'zero one from elsewhere two three')
    })

    holds('a file that nobody has opened takes what is added within the call, if any does', async (files, folder) => {
      if (!files.appendNow) return
      assert.equal(files.appendNow(join(folder, 'a'), Buffer.from('one '), { mode: 0o640 }), 4)
      assert.equal(files.appendNow(join(folder, 'a'), Buffer.from('two')), 3)
      assert.equal(await files.readText(join(folder, 'a')), 'one two')
      assert.equal((await files.stat(join(folder, 'a')))?.mode, 0o640 & ~process.umask())
      assert.throws(() => files.appendNow?.(folder, Buffer.from('lost')), { code: 'EISDIR' })
      assert.throws(() => files.appendNow?.(join(folder, 'nothing', 'a'), Buffer.from('lost')), { code: 'ENOENT' })
    })

    holds('a file that is made to be added to has the mode that was asked for', async (files, folder) => {
      const file = await files.append(join(folder, 'a'), { mode: 0o640 })
      const made = 0o640 & ~process.umask()
      assert.deepEqual([(await file.stat()).mode, (await files.stat(join(folder, 'a')))?.mode], [made, made])
      await file.close()
      await (await files.append(join(folder, 'a'), { mode: 0o600 })).close()
      assert.equal((await files.stat(join(folder, 'a')))?.mode, made, 'one that was there keeps its own')
    })

    holds('an open file is the same one wherever it is moved', async (files, folder) => {
      const [path, moved] = [join(folder, 'a'), join(folder, 'b')]
      const file = await files.append(path)
      await file.write(Buffer.from('one '))
      await files.rename(path, moved)
      await file.write(Buffer.from('two'))
      const [open, there] = [await file.stat(), await files.stat(moved)]
      assert.deepEqual([open.id, open.size, open.links, open.kind], [there?.id, 7, 1, 'file'])
      assert.equal(await files.readText(moved), 'one two')
      await files.write(path, 'another')
      assert.notEqual((await files.stat(path))?.id, open.id)
      await file.close()
    })

    holds(
      'an open file that is removed has no name left, and what is written to it goes nowhere',
      async (files, folder) => {
        const file = await files.append(join(folder, 'a'))
        await files.remove(join(folder, 'a'))
        assert.equal(await file.write(Buffer.from('lost')), 4)
        assert.equal((await file.stat()).links, 0)
        assert.deepEqual(await files.list(folder), [])
        await file.close()
      },
    )

    holds(
      'a compressed copy of a file is as gzip makes them, and beside it the file stays as it is',
      async (files, folder) => {
        const text = 'a line that comes again\n'.repeat(10_000)
        const file = await files.append(join(folder, 'a'), { mode: 0o600 })
        await file.write(Buffer.from(text))
        await file.close()
        await files.compress(join(folder, 'a'), join(folder, 'a.gz'))
        const copy = await files.read(join(folder, 'a.gz'))
        assert(copy.length < text.length / 10, `${copy.length} bytes`)
        assert.equal(gunzipSync(copy).toString(), text)
        assert.equal((await files.stat(join(folder, 'a.gz')))?.mode, 0o600)
        assert.equal(await files.readText(join(folder, 'a')), text)
      },
    )

    for (const [what, code, act] of REFUSALS) {
      holds(`${what} fails with ${code}`, async (files, folder) => {
        await files.write(join(folder, 'file'), 'kept')
        await files.makeFolder(join(folder, 'empty'))
        const at = (...names: string[]) => join(folder, ...names)
        await assert.rejects(act(files, at), { code })
        assert.deepEqual(await files.list(folder), ['empty', 'file'])
        assert.equal(await files.readText(join(folder, 'file')), 'kept')
      })
    }
  },
}

/** What no disk does, and the name of the reason, in a folder that holds `empty/` and `file`. */
const REFUSALS: readonly (readonly [
  what: string,
  code: string,
  act: (files: Files, at: (...names: string[]) => string) => Promise<unknown>,
])[] = [
  ['opening a folder to add to it', 'EISDIR', (files, at) => files.append(at('empty'))],
  ['opening what is below a file to add to it', 'ENOTDIR', (files, at) => files.append(at('file', 'a'))],
  ['opening in a missing folder to add', 'ENOENT', (files, at) => files.append(at('nothing', 'a'))],
  ['compressing nothing', 'ENOENT', (files, at) => files.compress(at('nothing'), at('a.gz'))],
  ['compressing over another file', 'EEXIST', (files, at) => files.compress(at('file'), at('file'))],
  ['compressing into a missing folder', 'ENOENT', (files, at) => files.compress(at('file'), at('nothing', 'a.gz'))],
]
