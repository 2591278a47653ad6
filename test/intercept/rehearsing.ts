import { createProcess, type ProcessFactory, type Rehearsal, type RehearsalOptions } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

type Rules = Parameters<ProcessFactory['fake']>[0]

/** A Process of its own that is rehearsed and intercepts, until it is disposed of. */
export function rehearsing(rules: Rules, options?: RehearsalOptions): Rehearsing {
  const stack = new DisposableStack()
  const process = createProcess()
  stack.use(intercept(process))
  const fake = stack.use(process.fake(rules, options))
  return { process, fake, [Symbol.dispose]: () => stack.dispose() }
}

interface Rehearsing extends Disposable {
  readonly process: ProcessFactory
  readonly fake: Rehearsal
}
