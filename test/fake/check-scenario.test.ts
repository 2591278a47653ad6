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
    ['writes to nowhere', [{ write: 'log' as 'out', data: 'x' }], /it writes to out or err/],
    ['writes what is no data', [{ write: 'out', data: 5 as unknown as string }], /5 is neither text nor bytes/],
    ['writes half a time', [{ write: 'out', data: 'x', times: 0.5 }], /it writes a whole number of times/],
    ['reads what there is not', [{ read: 'lines' as 'line' }], /it reads "line", "all", or a number of bytes/],
    ['replies with no list', [{ reply: 5 as never }], /replies are a list/],
    ['echoes something else', [{ echo: 'out' as 'in' }], /it echoes in$/],
    ['answers a signal by text', [{ on: 'SIGTERM', do: 'nothing' as 'ignore' }], /ignored, or answered by steps/],
    ['uses nothing', [{ use: 5 as never }], /it uses memory or cpu/],
    ['uses memory that is none', [{ use: { memory: Number.NaN } }], /memory is a number of bytes from 0 on, not NaN/],
    ['has a child that does no steps', [{ fork: 'x' as never }], /a child does a list of steps/],
    ['tells what it does not know', [{ tell: 'age' as 'pid' }], /it tells cwd, pid, .* or env:NAME/],
    ['closes what there is not', [{ close: 'all' as 'in' }], /it closes in, out or err/],
    ['hangs not', [{ hang: false as true }], /it hangs, or has no such step/],
    ['does not start for no reason', [{ failToStart: 'ENOPE' as 'ENOENT' }], /no such reason for not starting/],
    [
      'does not start, and goes on',
      [{ failToStart: 'ENOENT' }, { wait: 1 }],
      /it comes after the end|does nothing else/,
    ],
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

  test('is no list of steps, or has a hole', () => {
    const message = 'Cannot play {"exit":1}: expected a list of steps'
    assert.throws(() => checkScenario({ exit: 1 } as unknown as Scenario), { name: 'BadScenarioError', message })
    assert.throws(() => checkScenario(new Array(1) as Scenario), { message: /step 1 .* undefined: no such step$/ })
  })

  test('is none of these: it is given back, frozen', () => {
    const scenario = checkScenario([{ on: 'SIGTERM', do: 'ignore' }, { die: 'SIGTERM' }])
    assert.deepEqual(scenario, [{ on: 'SIGTERM', do: 'ignore' }, { die: 'SIGTERM' }])
    assert(Object.isFrozen(scenario))
  })
})
