import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { Handle, Source } from '../../src/index.ts'
import type { ProcessLog } from '../../src/layers/logged.ts'
import { LoggedHandle } from '../../src/layers/logged-handle.ts'

type Act = 'reader holds' | 'reader lets go' | 'log holds' | 'log lets go'

describe('a stream that is logged flows', () => {
  const cases: readonly (readonly [acts: readonly Act[], flows: boolean])[] = [
    [[], true],
    [['reader holds'], false],
    [['log holds'], false],
    [['log holds', 'reader holds', 'reader lets go'], false],
    [['reader holds', 'log holds', 'log lets go'], false],
    [['reader holds', 'log holds', 'reader lets go', 'log lets go'], true],
    [['log holds', 'log holds', 'log lets go'], true],
    [['reader holds', 'log holds', 'log lets go', 'reader lets go'], true],
  ]

  for (const [acts, flows] of cases) {
    for (const begun of [true, false]) {
      const when = `${begun ? 'after' : 'before'} the flow begins`
      test(`${flows ? 'on' : 'not'}: ${acts.join(', ') || 'nobody holds'}, ${when}`, () => {
        const { source, perform, state } = loggedSource()
        if (begun) source.flow(ignore, ignore)
        for (const act of acts) perform(act)
        if (!begun) source.flow(ignore, ignore)
        assert.equal(state.flows, flows)
        const logHolds = acts.lastIndexOf('log holds') > acts.lastIndexOf('log lets go')
        assert.equal(source.held, logHolds)
      })
    }
  }
})

function loggedSource() {
  const state = { flows: false }
  const flows = (now: boolean): void => {
    state.flows = now
  }
  const inner: Source = {
    flow: () => flows(true),
    pause: () => flows(false),
    resume: () => flows(true),
    close: ignore,
  }
  let hold: (held: boolean) => void = ignore
  const log: ProcessLog = {
    started: ignore,
    failed: ignore,
    took: ignore,
    ended: ignore,
    exited: ignore,
    onHold: (_, callback) => {
      hold = callback
    },
  }
  const handle = { stdout: inner, exit: new Promise(() => {}) } as Partial<Handle> as Handle
  const source = new LoggedHandle(handle, log).stdout as Source
  const acts: Record<Act, () => void> = {
    'reader holds': () => source.pause(),
    'reader lets go': () => source.resume(),
    'log holds': () => hold(true),
    'log lets go': () => hold(false),
  }
  return { source, state, perform: (act: Act) => acts[act]() }
}

function ignore(): void {}
