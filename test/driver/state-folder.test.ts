import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import { isolated } from '../../src/layers/isolated.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'rehearsal-folder-')))
const state = join(root, 'state')
afterAll(() => rmSync(root, { recursive: true }))

const index = new URL('../../src/index.ts', import.meta.url).href
const ask = `const { Process } = await import('${index}'); console.log(Process.stateFolder)`

/** The state folder of a process that begins in a folder. */
async function askedIn(folder: string, env: Record<string, string | false> = {}): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const asking = createProcess()
    .path(folder)
    .env({ XDG_STATE_HOME: state, ...env })
  return (await asking.run([process.execPath, '--input-type=module', '-e', ask])).throw().output().trim()
}

describe('the folder for what outlives a process', () => {
  test('is one for each project, whichever of its folders a process is in', async () => {
    const [shop, other] = [join(root, 'a', 'shop'), join(root, 'b', 'shop')]
    mkdirSync(shop, { recursive: true })
    writeFileSync(join(shop, 'package.json'), '{}')
    const folders = await Promise.all([shop, join(shop, 'src', 'deep'), other].map((folder) => askedIn(folder)))
    assert.equal(folders[0], folders[1])
    assert.notEqual(folders[0], folders[2])
    for (const folder of folders) {
      assert.equal(dirname(folder), join(state, 'rehearsal'))
      assert.match(basename(folder), /^shop-[0-9a-f]{8}$/)
    }
  })

  test('is in the home of the user, unless another place is set for what programs keep', async () => {
    const home = join(root, 'home')
    for (const set of [false, '', 'relative'] as const) {
      const folder = await askedIn(join(root, 'plain'), { HOME: home, XDG_STATE_HOME: set })
      assert.equal(dirname(folder), join(home, '.local', 'state', 'rehearsal'))
    }
  })

  test('is handed on by what goes around a driver', () => {
    const own = new SystemDriver()
    assert.equal(createProcess({ driver: isolated(own, { user: 'nobody' }) }).stateFolder, own.stateFolder)
  })

  test('is not made by those who only ask for it, and a rehearsal has none', async () => {
    const process = createProcess()
    assert.equal(typeof process.stateFolder, 'string')
    using _ = process.fake()
    assert.equal(process.stateFolder, undefined)
    assert.equal(existsSync(await askedIn(join(root, 'plain'))), false)
  })
})
