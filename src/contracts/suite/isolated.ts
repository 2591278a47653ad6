import assert from 'node:assert/strict'
import { IsolationError } from '../../isolation-error.ts'
import type { IsolationOptions } from '../../isolation-options.ts'
import type { Fact } from '../scenario.ts'
import type { Needs, Stage } from './harness.ts'
import { rejection } from './rejection.ts'
import { startsNothing } from './starts-nothing.ts'

/** Where a demand cannot be met: the start fails, and nothing runs. */
export function refused(needs: Needs['needs'], options: IsolationOptions): Needs {
  return {
    needs,
    otherwise: 'the start is refused',
    twin: (stage) =>
      startsNothing(stage, async () => {
        const pending = stage.process.isolate(options)
        const error = await rejection(IsolationError, pending.start(stage.actor({ hang: true })))
        assert.equal(error.code, 'ERR_PROCESS_ISOLATION')
        await rejection(IsolationError, pending.run(stage.actor({ hang: true })))
      }),
  }
}

/** What an isolated process tells of itself. */
export async function told(stage: Stage, options: IsolationOptions, facts: readonly Fact[]): Promise<string[]> {
  const result = await stage.process.isolate(options).run(stage.actor(...facts.map((tell) => ({ tell }))))
  assert.equal(result.errorOutput(), '')
  return result.lines()
}
