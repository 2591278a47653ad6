import assert from 'node:assert/strict'
import { closeSync, readdirSync, readlinkSync, readSync, writeSync } from 'node:fs'
import { beforeEach, describe, test } from 'vitest'
import type { Joint } from '../../src/contracts/driver.ts'
import { SystemDriver } from '../../src/driver/driver.ts'
import { type KernelEnd, KernelPipes } from '../../src/driver/kernel-pipes.ts'
import { SystemProcesses } from '../../src/driver/system-processes.ts'

/** More than one shell makes. */
const MANY = 40

describe.runIf(process.platform === 'linux')('kernel pipes', () => {
  let pipes = new KernelPipes()
  beforeEach(({ onTestFinished }) => {
    pipes = new KernelPipes()
    onTestFinished(() => pipes.close())
  })

  test('that are asked for at once are all different, and empty', async () => {
    const joints = await Promise.all(Array.from({ length: MANY }, () => pipes.joint()))
    const writers = joints.map(({ writer }) => take(writer))
    assert.equal(new Set(writers.map((writer) => readlinkSync(`/proc/self/fd/${writer}`))).size, MANY)
    for (const [index, writer] of writers.entries()) {
      writeSync(writer, `${index}`)
      closeSync(writer)
    }
    assert.deepEqual(joints.map(readAll), [...joints.keys()].map(String))
  })

  test('have no name in any folder, however many are asked for', async () => {
    const joints = await Promise.all(Array.from({ length: MANY }, () => pipes.joint()))
    for (const { reader, writer } of joints) {
      const descriptor = take(reader)
      assert.match(readlinkSync(`/proc/self/fd/${descriptor}`), /^pipe:/)
      for (const own of [descriptor, take(writer)]) closeSync(own)
    }
  })

  test('leave no descriptor open once they are closed', async () => {
    const first = await pipes.joint()
    first.close()
    pipes.close()
    const before = descriptors()
    for (let count = 0; count < MANY; count++) (await pipes.joint()).close()
    pipes.close()
    assert.deepEqual(descriptors(), before)
  })

  test('leave none open either when a driver that was asked for two at once is closed', async () => {
    const before = descriptors()
    const driver = new SystemDriver()
    for (const joint of await Promise.all([driver.joint(), driver.joint()])) joint.close()
    await driver.close()
    assert.deepEqual(descriptors(), before)
  })

  test('come from no child that is still there', async () => {
    const joint = await pipes.joint()
    joint.close()
    const rows = await new SystemProcesses().list()
    assert.deepEqual(
      rows.filter(({ parent }) => parent === process.pid),
      [],
    )
  })
})

function take(end: Joint['reader']): number {
  return (end as KernelEnd).give()
}

function readAll({ reader }: Joint): string {
  const descriptor = take(reader)
  const bytes = Buffer.alloc(16)
  const length = readSync(descriptor, bytes)
  assert.equal(readSync(descriptor, bytes, 8, 8, null), 0, 'it ends after that')
  closeSync(descriptor)
  return bytes.toString('utf8', 0, length)
}

function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd')
}
