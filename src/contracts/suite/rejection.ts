import assert from 'node:assert/strict'

/** The error that a promise rejects with. Fails when none comes, or one of another class. */
export async function rejection<E extends Error>(
  kind: new (...parts: never[]) => E,
  wait: PromiseLike<unknown>,
): Promise<E> {
  const error = await wait.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert(error instanceof kind, `expected a ${kind.name}, got ${String(error)}`)
  return error
}
