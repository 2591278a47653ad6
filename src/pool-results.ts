import type { ProcessResult } from './process-result.ts'

/** The results of a pool by name, in the order in which its members were described. */
export type PoolResults<Key extends string = string> = PoolResultList & { readonly [K in Key]: ProcessResult }

/** What can be asked of all results together. */
export class PoolResultList implements Iterable<[string | number, ProcessResult]> {
  readonly #results: ReadonlyMap<string | number, ProcessResult>

  constructor(results: ReadonlyMap<string | number, ProcessResult>) {
    this.#results = results
    for (const [key, result] of results) Object.defineProperty(this, key, { value: result, enumerable: true })
  }

  /** Whether every member succeeded; so it is for a pool without members. */
  successful(): boolean {
    return this.collect().every((result) => result.successful())
  }

  /** Whether any member failed. */
  failed(): boolean {
    return !this.successful()
  }

  /** The results in order. */
  collect(): ProcessResult[] {
    return [...this.#results.values()]
  }

  /** Names and results, in order. */
  [Symbol.iterator](): Iterator<[string | number, ProcessResult]> {
    return this.#results.entries()
  }
}

/** Whether a name would hide a method of the results. */
export function isReserved(key: string | number): boolean {
  return key in PoolResultList.prototype
}

/** Results by name, as the caller of a pool gets them. */
export function poolResults<Key extends string>(
  results: ReadonlyMap<string | number, ProcessResult>,
): PoolResults<Key> {
  return new PoolResultList(results) as PoolResults<Key>
}
