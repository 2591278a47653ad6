import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { readPsLine } from '../../src/driver/process-list.ts'

/** What `ps -A -o pid=,ppid=,pgid=,stat=,lstart=,command=` prints on macOS 14. */
const LAUNCHD = '    1     0     1 Ss   Mon Jan  6 09:02:11 2025     /sbin/launchd'
const SHELL = '  812   810   812 S+   Tue Feb 18 23:59:59 2025     -zsh'
const QUOTED = '90211   812 90211 R    Tue Feb 18 10:00:00 2025     /usr/bin/awk -F : {print  $1} my file'
const STOPPED = '90300   812 90300 T    Tue Feb 18 10:00:01 2025     vim notes.txt'
const ZOMBIE = '90301   812 90211 Z    Tue Feb 18 10:00:02 2025     (node)'

describe('a line of ps', () => {
  test('becomes a row', () => {
    assert.deepEqual(readPsLine(LAUNCHD), [
      {
        pid: 1,
        parent: 0,
        group: 1,
        session: 1,
        state: 'running',
        startedAt: new Date(2025, 0, 6, 9, 2, 11).getTime(),
        command: '/sbin/launchd',
      },
    ])
  })

  test('keeps the spaces of the command', () => {
    assert.equal(readPsLine(QUOTED)[0]?.command, '/usr/bin/awk -F : {print  $1} my file')
  })

  for (const [stat, line, state] of [
    ['S+', SHELL, 'running'],
    ['R', QUOTED, 'running'],
    ['T', STOPPED, 'stopped'],
    ['Z', ZOMBIE, 'zombie'],
  ] as const) {
    test(`with the state ${stat} is of a process that is ${state}`, () => {
      assert.equal(readPsLine(line)[0]?.state, state)
    })
  }

  test('belongs to the group that it names, not to its parent', () => {
    const [row] = readPsLine(ZOMBIE)
    assert.deepEqual([row?.pid, row?.parent, row?.group], [90301, 812, 90211])
  })

  test('tells two starts a second apart from each other', () => {
    const [first, second] = [STOPPED, ZOMBIE].map((line) => readPsLine(line)[0]?.startedAt ?? Number.NaN)
    assert.equal(Number(second) - Number(first), 1000)
  })

  for (const line of ['', '  PID  PPID', 'ps: illegal option', '12 x 12 S Mon Jan  6 09:02:11 2025 sh']) {
    test(`that reads ${JSON.stringify(line)} is no row`, () => {
      assert.deepEqual(readPsLine(line), [])
    })
  }
})
