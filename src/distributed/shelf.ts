/** What is kept under a name, and which writing of it this is. */
export interface Kept {
  readonly version: number
  readonly text: string
}

/** A change to what is kept under a name. It is made only if `version` is still the last writing; 0 stands for none. */
export interface Change {
  readonly key: string
  readonly version: number
  /** What to do with it: `same` only demands that nobody else has written it. */
  readonly act: 'put' | 'drop' | 'same'
  readonly text: string
  /** Under which tags it is found, each with a number to order by. Those that it had before are gone. */
  readonly tags: readonly Tag[]
}

export type Tag = readonly [name: string, score: number]

/** What is seen of a shelf at one moment. */
export interface Sight {
  /** The server's clock, in milliseconds since the epoch. */
  readonly now: number
  /** As many numbers as were asked for, rising: nobody else gets them. */
  readonly numbers: readonly number[]
  readonly kept: readonly (Kept | undefined)[]
  /** What is tagged with `MOMENTS` for a moment that has passed. */
  readonly overdue: readonly string[]
}

/** The tag of what somebody has to look at when its moment comes. */
export const MOMENTS = 'moments'

/** Texts under names on a server, that many change at once and never half. */
export interface Shelf {
  /** How it is called in messages. */
  readonly name: string
  look(keys: readonly string[], more: { readonly numbers: number; readonly overdue: number }): Promise<Sight>
  /** Makes all changes, or none where somebody was faster: gives the version of this writing, or 0. */
  write(changes: readonly Change[]): Promise<number>
  /** Takes a tag from those that nobody has written since. */
  untag(tag: string, from: readonly { readonly key: string; readonly version: number }[]): Promise<void>
  /** How many have each of the tags; those `due` alone whose number is a moment that has passed. */
  count(tags: readonly { readonly tag: string; readonly due: boolean }[]): Promise<readonly number[]>
  /** Names that have one of the tags, the highest numbers first. */
  last(tags: readonly string[], limit: number): Promise<readonly string[]>
  /** Names that have a tag with a number below a bound. */
  below(tag: string, bound: number): Promise<readonly string[]>
}
