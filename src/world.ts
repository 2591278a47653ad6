import type { Driver } from './contracts/driver.ts'
import type { InvokedProcess } from './invoked-process.ts'
import type { Journal } from './journal.ts'
import type { Pattern } from './matching.ts'
import type { Observer } from './observer.ts'
import type { StrayGuard } from './stray-guard.ts'

/** Where processes run at the moment, and who takes note of them. A rehearsal puts another one in its place. */
export interface World {
  readonly driver: Driver
  /** What runs here now. */
  readonly active: Set<InvokedProcess>
  /** Takes note of what runs, where somebody wants to know. */
  readonly journal?: Journal | undefined
  /** Is told what becomes of what runs here. */
  readonly observer?: Observer | undefined
  /** The patterns of rules that nothing has matched yet, where there are rules. */
  readonly unusedRules?: readonly Pattern[]
  /** Says which commands may run at all. */
  readonly guard?: StrayGuard | undefined
}
