/// <reference types="node" preserve="true" />
/**
 * `rehearsal/vitest`, for `setupFiles`: every test ends clean, a command that no rule and no list knows fails it, and
 * `expect` knows what ran.
 *
 * @example expect(Process).toHaveRan('git push *')
 */
import { afterEach, beforeEach, expect } from 'vitest'
import { Process } from '../index.ts'
import { matchers, type ProcessMatchers } from './matchers.ts'

export type { ProcessMatchers }

// Every vitest from 3 on takes over what an assertion of chai can do, and no two have the same type parameters of their own.
declare global {
  namespace Chai {
    interface Assertion extends ProcessMatchers {}
  }
}

expect.extend(matchers)
Process.guardTests({ beforeEach, afterEach })
