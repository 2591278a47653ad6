import { type CommandInput, checkCommand } from '../command.ts'
import { refuseUnknown } from '../known-options.ts'
import type { PendingProcess } from '../pending-process.ts'
import { BadGroupError } from './errors.ts'
import type { GroupMembers } from './group-members.ts'
import { type SlotOptions, slotOptions } from './slot-options.ts'

/** What a member of a group is: a command, one for each instance, or a group. */
export type Membership = CommandInput | PendingProcess | ((instance: number) => CommandInput | PendingProcess)

/** A member as it was added. */
export interface Definition {
  readonly name: string
  readonly what: Membership | GroupMembers
  readonly options: SlotOptions
}

/**
 * Tells the two forms of `add` apart: `(program, argument)` where the second begins with a dash or is a number, or is not
 * there; else `(name, command, options)`.
 *
 * @throws BadGroupError for a name that is none, or is taken.
 * @throws TypeError for a program that is none, and for an option that nobody knows.
 */
export function definitionOf(
  first: string,
  second: Membership | GroupMembers | undefined,
  options: SlotOptions = {},
  taken: (name: string) => boolean,
): Definition {
  refuseUnknown(options, slotOptions, `add ${JSON.stringify(first)}`)
  if (second === undefined) return { name: free(first, taken), what: [first], options }
  if (typeof second === 'string' && /^(-|\d+$)/.test(second))
    return { name: free(first, taken), what: [first, second], options }
  checkName(first, taken)
  return { name: first, what: second, options }
}

/** @throws BadGroupError for a name that is taken, or that could be mistaken for a path or an instance. */
function checkName(name: string, taken: (name: string) => boolean): void {
  if (typeof name !== 'string' || !/^[^\s#/]+$/.test(name))
    throw new BadGroupError(
      `Cannot add ${JSON.stringify(name)} to the group: a name is text without spaces, "/" or "#"`,
    )
  if (taken(name)) throw new BadGroupError(`Cannot add "${name}" to the group: the name is taken`)
}

// A program may be added many times, and has no name but its own.
function free(program: string, taken: (name: string) => boolean): string {
  checkCommand({ line: [program], cwd: undefined, env: {} })
  const base =
    program
      .split('/')
      .at(-1)
      ?.replaceAll(/[\s#]+/g, '-') || program
  if (!taken(base)) return base
  for (let number = 2; ; number++) if (!taken(`${base}-${number}`)) return `${base}-${number}`
}
