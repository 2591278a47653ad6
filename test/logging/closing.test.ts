import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, describe, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess } from '../../src/index.ts'
import { logged } from '../contracts/logged.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-closing-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the file of a log', () => {
  test('is closed with its driver', async () => {
    const driver = logged(new SystemDriver())
    await createProcess({ driver }).run('echo hello')
    assert.equal(openFiles('/all.log').length, 1)
    await driver.close()
    assert.deepEqual(openFiles('/all.log'), [])
  })

  test('is closed when nothing is to be logged any more', async () => {
    const process = createProcess()
    process.logging.enableLogging({ file: join(folder, 'disabled.log') })
    await process.run('echo hello')
    assert.equal(openFiles('/disabled.log').length, 1)
    await process.logging.disableLogging()
    assert.deepEqual(openFiles('/disabled.log'), [])
  })

  test('is closed with a Process that is forgotten, and Node has nothing to warn of', async () => {
    const warnings: Error[] = []
    const hear = (warning: Error) => warnings.push(warning)
    process.on('warning', hear)
    await logAndForget(join(folder, 'forgotten.log'))
    assert.equal(openFiles('/forgotten.log').length, 1)
    for (let look = 0; look < 200 && openFiles('/forgotten.log').length > 0; look++) {
      collectGarbage()
      await sleep(10)
    }
    process.off('warning', hear)
    assert.deepEqual([openFiles('/forgotten.log'), warnings], [[], []])
  })
})

async function logAndForget(file: string): Promise<void> {
  const process = createProcess()
  process.logging.enableLogging({ file })
  await process.run('echo hello')
  await process.logging.flush()
}

/** The files that this program has open, by the ends of their paths. */
function openFiles(end: string): readonly string[] {
  return readdirSync('/proc/self/fd')
    .map(pathOf)
    .filter((path) => path.endsWith(end))
}

// The descriptor of the list itself is gone by now.
function pathOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}
