/** `rehearsal`: run commands for real, rehearse them in tests. */
export type { CommandInput, TemplateValue } from './command.ts'
export { commandText } from './command.ts'
export type * from './contracts/capabilities.ts'
export type * from './contracts/clock.ts'
export type * from './contracts/command.ts'
export type * from './contracts/driver.ts'
export type * from './contracts/files.ts'
export type * from './contracts/process-table.ts'
export type * from './contracts/random.ts'
export type * from './contracts/scenario.ts'
export type { Signal } from './contracts/signals.ts'
export type { Duration, Size } from './duration.ts'
export * from './errors.ts'
export type { Description } from './fake/description.ts'
export { FakeDriver, type FakeDriverOptions } from './fake/driver.ts'
export type { Handler, HandlerContext } from './fake/handlers.ts'
export type { Part, Program, ProgramContext } from './fake/program.ts'
export type { Rehearsal, RehearsalOptions } from './fake/rehearsal.ts'
export type { Rules } from './fake/rules.ts'
export type { Sequence } from './fake/sequence.ts'
export { InvokedPool } from './invoked-pool.ts'
export { InvokedProcess } from './invoked-process.ts'
export type { Run } from './journal.ts'
export type { CommandView, Pattern } from './matching.ts'
export type { Outcome } from './outcome.ts'
export { PendingProcess } from './pending-process.ts'
export { ProcessPipeline } from './pipeline.ts'
export { Pool, type PoolProgress } from './pool.ts'
export type { PoolResults } from './pool-results.ts'
export { createProcess, Process, ProcessFactory, type ProcessOptions } from './process.ts'
export { ProcessResult } from './process-result.ts'
export * from './recording/errors.ts'
export type { RecordingOptions, ReplayOptions } from './recording/options.ts'
export type { Recording } from './recording/recording.ts'
export type { OutputCallback, ProcessInput } from './settings.ts'
export type { StartOptions } from './start-options.ts'

/**
 * The methods that `Process.macro` has added. Declared here and not where it is used, because only the interface of the
 * module that users import can be merged into: `declare module 'rehearsal' { interface Macros { … } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is empty until users merge into it.
export interface Macros {}
