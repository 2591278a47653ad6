import type { ProcessResult } from './process-result.ts'
import type { RetrySettings } from './settings.ts'

/** Whether a result is to be tried for again after so many attempts. */
export function wantsAgain(retry: RetrySettings, result: ProcessResult, attempt: number): boolean {
  return result.failed() && attempt < retry.times && retry.when(result, attempt)
}
