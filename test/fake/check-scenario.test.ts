import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Scenario } from '../../src/contracts/scenario.ts'
import type { Signal } from '../../src/contracts/signals.ts'
import { BadScenarioError } from '../../src/errors.ts'
import { checkScenario } from '../../src/fake/check-scenario.ts'

describe('a scenario is refused, and the step named, when it', () => {
  const REFUSED: readonly [string, Scenario, RegExp][] = [
    ['handles KILL', [{ on: 'SIGKILL', do: [{ exit: 0 }] }], /step 1 .* no program can handle that signal/],
    ['ignores STOP', [{ wait: 1 }, { on: 'SIGSTOP', do: 'ignore' }], /step 2 .* no program can handle that signal/],
    ['handles what is no signal', [{ on: 'SIGFOO' as Signal, do: 'ignore' }], /no such signal/],
    ['dies of what is no signal', [{ die: 'SIGFOO' as Signal }], /no such signal/],
    ['dies of a signal that ends nobody', [{ die: 'SIGCHLD' }], /nobody dies of that signal/],
    ['reads no bytes', [{ read: 0 }], /bytes are read by a whole number from 1 on/],
    ['waits for less than no time', [{ wait: -1 }], /a wait is a number of milliseconds from 0 on/],
    ['goes on after its end', [{ exit: 0 }, { wait: 1 }], /step 2 .* it comes after the end/],
    ['has such a step in a handler', [{ on: 'SIGTERM', do: [{ die: 'SIGSTOP' }] }], /nobody dies of that signal/],
    ['has such a step in a child', [{ fork: [{ on: 'SIGKILL', do: 'ignore' }] }], /no program can handle that signal/],
  ]
  for (const [title, scenario, message] of REFUSED) {
    test(title, () => {
      assert.throws(
        () => checkScenario(scenario),
        (error) => error instanceof BadScenarioError && message.test(error.message),
      )
    })
  }

  test('is none of these: it is given back, frozen', () => {
    const scenario = checkScenario([{ on: 'SIGTERM', do: 'ignore' }, { die: 'SIGTERM' }])
    assert.deepEqual(scenario, [{ on: 'SIGTERM', do: 'ignore' }, { die: 'SIGTERM' }])
    assert(Object.isFrozen(scenario))
  })
})
