import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { nameIn, parseStat } from '../../src/driver/proc-stat.ts'

// proc_pid_stat(5), with a different number in each field: the 4th is the parent, the 14th and 15th are user and system time.
function statOf(name: string, state: string): Buffer {
  const fields = `1400 ${name} ${state} 4 5 6 7 -8 9 10 11 12 13 1400 1500 1600 1700 -18 -19 20 21 2200 2300 24 18446744073709551615 26`
  return Buffer.from(`${fields}\n`)
}

describe('the line of numbers of a process', () => {
  for (const name of ['(sleep)', '(a b)', '(S 1 2)', '(x) R 7 (y)', '())', '()']) {
    test(`is read whatever its name is: ${name}`, () => {
      const line = statOf(name, 'S')
      const { memory, ...rest } = parseStat(line, line.length)
      assert.deepEqual(rest, {
        ...{ state: 'running', parent: 4, group: 5, session: 6, startedAt: 2200 },
        ...{ cpuTime: (1400 + 1500) * 10, threads: 20, born: 22_000 },
      })
      assert(memory === 24 * 4096 || memory % (24 * 4096) === 0, `${memory} bytes are not 24 pages`)
      assert.equal(nameIn(line.toString()), name.slice(1, -1))
    })
  }

  const states = {
    R: 'running',
    S: 'running',
    D: 'running',
    I: 'running',
    T: 'stopped',
    t: 'stopped',
    Z: 'zombie',
    X: 'zombie',
  }
  for (const [letter, state] of Object.entries(states)) {
    test(`${letter} is ${state}`, () => {
      const line = statOf('(x)', letter)
      assert.equal(parseStat(line, line.length).state, state)
    })
  }

  test('agrees with what Node says of itself', () => {
    const line = readFileSync('/proc/self/stat')
    const { memory, parent, cpuTime } = parseStat(line, line.length)
    const { user, system } = process.cpuUsage()
    assert.equal(parent, process.ppid)
    assert(Math.abs(memory - process.memoryUsage.rss()) < 32 * 1024 ** 2, `${memory} bytes`)
    assert(Math.abs(cpuTime - (user + system) / 1000) < 200, `${cpuTime} ms`)
  })
})
