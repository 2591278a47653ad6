import { BadGroupError } from './errors.ts'

/** What has to be known of somebody to find their place. */
interface Ordered {
  readonly name: string
  readonly after: ReadonlyMap<string, unknown>
}

/**
 * The order in which members are started: each after those that it depends on, and else as they were added.
 *
 * @throws BadGroupError for a name that is not there, or a circle.
 */
export function inOrder<T extends Ordered>(members: ReadonlyMap<string, T>): readonly T[] {
  const order = new Set<T>()
  const path: string[] = []
  const visit = (member: T): void => {
    if (order.has(member)) return
    const begin = path.indexOf(member.name)
    if (begin >= 0) throw new BadGroupError(`Cannot start the group: ${circle(path.slice(begin))}`)
    path.push(member.name)
    for (const name of member.after.keys()) visit(find(members, name, member))
    path.pop()
    order.add(member)
  }
  for (const member of members.values()) visit(member)
  return [...order]
}

function find<T extends Ordered>(members: ReadonlyMap<string, T>, name: string, by: Ordered): T {
  const member = members.get(name)
  if (member) return member
  throw new BadGroupError(`Cannot start the group: "${by.name}" comes after "${name}", which is not in it`)
}

function circle(names: readonly string[]): string {
  return `${[...names, names[0]].map((name) => `"${name}"`).join(' comes after ')}`
}
