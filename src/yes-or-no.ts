/**
 * The answer of a function that says yes or no. `action` is what it was asked for, as in `match "ls"`.
 *
 * @throws TypeError when it is a promise, which would be a yes whatever becomes of it.
 */
export function yesOrNo(answer: unknown, action: () => string): boolean {
  if (!isThenable(answer)) return Boolean(answer)
  // Nobody waits for it any more, so nobody is to hear how it fails.
  answer.then(undefined, () => {})
  throw new TypeError(`Cannot ${action()} by a function that gives a promise: expected true or false`)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const may = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return may && typeof (value as { then?: unknown }).then === 'function'
}
