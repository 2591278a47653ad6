import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { programName } from '../../src/logging/program-name.ts'
import { Redactor } from '../../src/logging/redactor.ts'
import { Secrets } from '../../src/secrets.ts'

describe('the name of a process in a log', () => {
  const named = (line: string | readonly string[], name?: string): string => {
    const redactor = new Redactor(new Secrets(['top/secret', 'open sesame'], {}))
    return programName({ line, notes: { input: undefined, name } }, (text) => redactor.hide(text, false))
  }

  test('is the one that it was given, or the last part of the path of its program', () => {
    assert.equal(named('/usr/bin/git status', 'deploy'), 'deploy')
    assert.equal(named(' /usr/bin/git status'), 'git')
    assert.equal(named(['/usr/bin/git', 'status']), 'git')
    assert.equal(named('/'), 'process')
  })

  test('has no part of a secret that it was cut out of', () => {
    assert.equal(named('/opt/top/secret'), '<redacted>')
    assert.equal(named(['/opt/top/secret']), '<redacted>')
    assert.equal(named('open sesame now'), '<redacted>')
    assert.equal(named('DB_PASSWORD=hidden/away true'), 'DB_PASSWORD=<redacted>')
    assert.equal(named('DB_PASSWORD="two words" true'), 'DB_PASSWORD=<redacted>')
  })
})
