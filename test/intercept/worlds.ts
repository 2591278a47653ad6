import { describe } from 'vitest'
import { castActor } from '../../src/contracts/suite/index.ts'
import { createProcess, FakeDriver } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

/** The machine as it is, a rehearsal that plays the actor's commands, and the machine with somebody who takes note. */
const worlds: Readonly<Record<string, () => Disposable>> = {
  'on the machine': () => new DisposableStack(),
  'in a rehearsal': () => intercept(createProcess({ driver: new FakeDriver({ cast: castActor }) })),
  'on the machine, spied on'() {
    const stack = new DisposableStack()
    const process = createProcess()
    stack.use(process.spy())
    stack.use(intercept(process))
    return stack
  },
}

/** Registers the same cases in each world: what Node's functions promise, they keep when they are intercepted. */
export function inEachWorld(register: (enter: () => Disposable) => void): void {
  for (const [name, enter] of Object.entries(worlds)) describe(name, () => register(enter))
}
