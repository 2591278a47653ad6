import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'vitest'
import { tooOld } from '../../src/driver/node-version.ts'

test('a Node that is older than the package asks for is told from others', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
  assert.equal(engines.node, '>=22.13')
  for (const version of ['22.13.0', '22.20.1', '24.0.0', '30.1.0', process.versions.node])
    assert.equal(tooOld(version), undefined, version)
  assert.equal(tooOld('20.20.2'), 'Node 22.13 or newer is needed, and this is 20.20.2')
  for (const version of ['22.12.9', '21.99.0', '8.0.0']) assert(tooOld(version), version)
})
