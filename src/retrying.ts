import type { ProcessResult } from './process-result.ts'
import type { ProcessInput, RetrySettings, Settings } from './settings.ts'
import { shown } from './shown.ts'
import { yesOrNo } from './yes-or-no.ts'

/** Whether a result is to be tried for again after so many attempts. */
export function wantsAgain(retry: RetrySettings, result: ProcessResult, attempt: number): boolean {
  if (!result.failed() || attempt >= retry.times) return false
  return yesOrNo(retry.when(result, attempt), () => `retry ${shown(result.command())}`)
}

/**
 * Refuses what a second attempt could not be given again.
 *
 * @throws TypeError for an input that can be read only once.
 */
export function refuseOneShotInput({ retry, input }: Pick<Settings, 'retry' | 'input'>): void {
  if (!retry || retry.times === 1 || !isOneShot(input)) return
  throw new TypeError('Cannot retry with this input: it can be read only once, give text, bytes or a fresh iterable')
}

// Streams and iterators are used up by reading; a collection, or an object that makes iterators, is not.
function isOneShot(input: ProcessInput | undefined): boolean {
  return typeof input === 'object' && ['next', 'pipe', 'getReader'].some((method) => method in input)
}
