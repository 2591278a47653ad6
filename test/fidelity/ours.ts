import { createProcess, FakeDriver } from '../../src/index.ts'
import type { Toolkit } from './judge.ts'

/** What is to be proved. */
export const ours: Toolkit = { createProcess, FakeDriver }
