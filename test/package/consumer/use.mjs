// What a user of modules does: runs something, rehearses something. Tells which packages were loaded by that.
import assert from 'node:assert/strict'
import * as module from 'node:module'

const loaded = new Set()
// Node 22.13 has no such hooks.
module.registerHooks?.({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(resolved.url)?.[1]
    if (name) loaded.add(name)
    return resolved
  },
})

const { Process } = await import('rehearsal')
const ran = await Process.run(['echo', 'hello'])
assert.equal(ran.throw().output(), 'hello\n')

const fake = Process.fake({ 'git *': Process.describe().output('rehearsed').after('2h').exitCode(3) })
const rehearsed = await Process.timeout('3h').run('git fetch')
assert.deepEqual([rehearsed.exitCode(), rehearsed.durationMs], [3, 7_200_000])
Process.assertRan('git fetch')
fake.restore()

for (const entry of [
  'contracts',
  'driver',
  'intercept',
  'report',
  'schedule/redis',
  'schedule/postgres',
  'queue/bullmq',
]) {
  await import(`rehearsal/${entry}`)
}
console.log(JSON.stringify({ loaded: [...loaded] }))
