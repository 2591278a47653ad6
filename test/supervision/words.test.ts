import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Outcome } from '../../src/outcome.ts'
import type { Trouble } from '../../src/supervision/supervision-events.ts'
import { errorInWords, outcomeInWords, troubleInWords } from '../../src/supervision/words.ts'
import { rehearsed } from './rehearsed.ts'

describe('what supervision says in words', () => {
  test('is of each end of a process', () => {
    const outcomes: readonly [Outcome, string][] = [
      [{ kind: 'exited', code: 3 }, 'exit code 3'],
      [{ kind: 'signalled', signal: 'SIGKILL' }, 'killed by SIGKILL'],
      [{ kind: 'timedOut', timeout: 500 }, 'still running after 500 ms'],
      [{ kind: 'idleTimedOut', timeout: 500 }, 'no output for 500 ms'],
      [{ kind: 'overflowed', limit: 10 }, 'wrote more than 10 bytes'],
      [{ kind: 'outOfMemory', limit: 10 }, 'held more than 10 bytes of memory'],
      [{ kind: 'cancelled', reason: 'enough' }, 'cancelled'],
      [{ kind: 'notStarted', errno: 'ENOENT' }, 'not started: ENOENT'],
    ]
    for (const [outcome, words] of outcomes) assert.equal(outcomeInWords(outcome), words)
  })

  test('is of each trouble', () => {
    const troubles: readonly [Trouble, string][] = [
      [{ type: 'crash', outcome: { kind: 'exited', code: 1 } }, 'exit code 1'],
      [{ type: 'hang', kind: 'silence', detail: 'silent for 9 s' }, 'silent for 9 s'],
      [{ type: 'highMemory', memory: 20, limit: 10 }, 'holds 20 bytes, more than 10'],
      [{ type: 'highCpu', cpu: 0.507, limit: 0.5 }, 'uses 0.51 of a core, more than 0.5'],
    ]
    for (const [trouble, words] of troubles) assert.equal(troubleInWords(trouble), words)
  })

  test('is the first line of an error', () => {
    assert.equal(errorInWords(new Error('no\nbecause')), 'no')
    assert.equal(errorInWords('no\nbecause'), 'no')
  })

  test('is why a group has given up', async () => {
    const { process, group, events } = rehearsed()
    group.add('slow', process.idleTimeout('3s').command('slow'), { maxRestarts: 0 })
    await group.start()
    await group.wait().catch(() => {})
    const failed = events.find((event) => event.type === 'failed')
    assert.match(failed?.type === 'failed' ? failed.reason : '', /no output for 3000 ms/)
  })
})
