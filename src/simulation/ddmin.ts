/**
 * The fewest members of a list with which something still fails, by leaving out larger parts first (delta debugging).
 * `fails` is asked about lists without some of the members.
 */
export async function ddmin<T>(
  list: readonly T[],
  fails: (fewer: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let rest = list
  for (let size = Math.ceil(rest.length / 2); size >= 1 && rest.length > 0; size = Math.floor(size / 2)) {
    for (let from = 0; from < rest.length; ) {
      const fewer = [...rest.slice(0, from), ...rest.slice(from + size)]
      if (await fails(fewer)) rest = fewer
      else from += size
    }
  }
  return rest
}
