// What a user of CommonJS does: the same, by require.
const assert = require('node:assert/strict')
const { Process } = require('rehearsal')
const { intercept } = require('rehearsal/intercept')
const { execFileSync } = require('node:child_process')

async function main() {
  assert.equal((await Process.run('echo hello | tr a-z A-Z')).throw().output(), 'HELLO\n')
  const { Process: imported } = await import('rehearsal')
  assert.equal(imported, Process)

  const hook = intercept()
  await Process.fake({ 'git *': 'rehearsed' }, async () => {
    assert.equal(execFileSync('git', ['status'], { encoding: 'utf8' }), 'rehearsed')
  })
  hook.restore()
  console.log(JSON.stringify({ loaded: [] }))
}

main()
