import * as v from 'valibot'
import { closest } from './closest.ts'

/** What a value may be. Its messages say what was expected. */
export type Schema<T> = v.GenericSchema<T>

/**
 * A schema for each key of a type, `needed` where it may not be left out. One that is missing here, or that the type does not
 * have, does not compile.
 */
export type Entries<T> = {
  readonly [K in keyof T]-?: IsOptional<T, K> extends true ? Schema<Exclude<T[K], undefined>> : Needed<T[K]>
}

/** The same for each member of a union of objects, by the key that tells it from the others. */
export type Forms<U> = { readonly [K in TellingKey<U>]: Entries<Extract<U, Record<K, unknown>>> }

type IsOptional<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? true : false
type TellingKey<U> = Exclude<U extends object ? NeededKey<U> : never, keyof U>
type NeededKey<T> = { [K in keyof T]-?: IsOptional<T, K> extends true ? never : K }[keyof T] & string

interface Needed<T> {
  readonly needed: Schema<T>
}

type Values = Readonly<Record<string, unknown>>
type AnyEntries = Readonly<Record<string, Schema<unknown> | Needed<unknown>>>

/** Marks what may not be left out. */
export function needed<T>(schema: Schema<T>): Needed<T> {
  return { needed: schema }
}

/** An object with these keys and no others: all that is wrong with it is told. */
export function object<T extends object>(expected: string, entries: Entries<T>): Schema<T> {
  return objectOf(expected, () => entries as AnyEntries) as Schema<T>
}

/** An object of one of several forms: the one of which it has the key, or nearly. */
export function form<U extends object>(expected: string, forms: Forms<U>): Schema<U> {
  const byKey = forms as unknown as Readonly<Record<string, AnyEntries>>
  const keys = Object.keys(byKey)
  return v.lazy((input) => {
    const own = isObject(input) ? Object.keys(input) : []
    const meant = keys.find((key) => own.includes(key)) ?? own.map((key) => closest(key, keys)).find(Boolean)
    return meant === undefined ? nothing(expected) : objectOf(expected, () => byKey[meant] as AnyEntries)
  }) as Schema<U>
}

/** An object with any names that the schema for names takes, each with a value like this. */
export function record<T>(expected: string, name: Schema<string>, value: Schema<T>): Schema<Record<string, T>> {
  const values = objectOf(expected, (input) => Object.fromEntries(Object.keys(input).map((key) => [key, value])))
  const named = (input: Values) => v.rawCheck<unknown>(({ addIssue }) => checkNames(name, input, addIssue))
  return v.lazy((input) => (isObject(input) ? v.pipe(values, named(input)) : values)) as Schema<Record<string, T>>
}

/** One schema for objects, and another for all else. */
export function objectOr<T, U>(whenObject: Schema<T>, otherwise: Schema<U>): Schema<T | U> {
  return v.lazy<Schema<T | U>>((input) => (isObject(input) ? whenObject : otherwise))
}

/** One schema for lists, and another for all else. */
export function listOr<T, U>(whenList: Schema<readonly T[]>, otherwise: Schema<U>): Schema<readonly T[] | U> {
  return v.lazy<Schema<readonly T[] | U>>((input) => (Array.isArray(input) ? whenList : otherwise))
}

/** Any number of these. */
export function list<T>(expected: string, item: Schema<T>): Schema<readonly T[]> {
  return v.array(item, `expected ${expected}`)
}

/** A value that a function says is one. */
export function leaf<T>(expected: string, is: (value: unknown) => boolean): Schema<T> {
  return v.custom<T>(is, `expected ${expected}`)
}

/** One of some words. */
export function word<T extends string>(words: readonly T[]): Schema<T> {
  return v.picklist(words, `expected ${anyOf(words)}`)
}

/** A value that the toolkit's own check takes: it throws for what it does not. */
export function checked<T>(check: (value: T) => unknown, schema: Schema<T> = anything as Schema<T>): Schema<T> {
  return v.pipe(
    schema,
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.issues) return
      try {
        check(dataset.value as T)
      } catch (error) {
        addIssue({ message: expectationIn((error as Error).message) })
      }
    }),
  )
}

/** Whether it is an object that was written as one, and nothing that has become one. */
export function isObject(value: unknown): value is Values {
  if (typeof value !== 'object' || value === null) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

const anything: Schema<unknown> = v.unknown()

function nothing(expected: string): Schema<never> {
  return v.never(`expected ${expected}`)
}

// Made for each input anew: what valibot hands on no longer has the keys that are unknown.
function objectOf(expected: string, entriesOf: (input: Values) => AnyEntries): Schema<unknown> {
  return v.lazy<Schema<unknown>>((input) => {
    if (!isObject(input)) return nothing(expected)
    const entries = entriesOf(input)
    const values = Object.entries(entries).map(([key, one]) => [key, v.optional('needed' in one ? one.needed : one)])
    return v.pipe(
      v.object(Object.fromEntries(values)),
      v.rawCheck(({ addIssue }) => checkKeys(entries, input, addIssue)),
    )
  })
}

type AddIssue = v.RawCheckAddIssue<unknown>

function checkKeys(entries: AnyEntries, input: Values, addIssue: AddIssue): void {
  const names = Object.keys(entries)
  const unknown = Object.keys(input).filter((key) => !names.includes(key))
  const meant = unknown.map((key) => closest(key, names))
  for (const [index, key] of unknown.entries())
    addIssue({ message: unknownKey(meant[index], names), ...at(input, key) })
  for (const [key, one] of Object.entries(entries)) {
    if (!('needed' in one) || input[key] !== undefined || meant.includes(key)) continue
    addIssue({ message: messageFor(one.needed, undefined), ...at(input, key) })
  }
}

function checkNames(name: Schema<string>, input: Values, addIssue: AddIssue): void {
  for (const key of Object.keys(input)) {
    const { issues: [issue] = [] } = v.safeParse(name, key)
    if (issue) addIssue({ message: issue.message, ...at(input, key), input: key })
  }
}

function messageFor(schema: Schema<unknown>, input: unknown): string {
  return v.safeParse(schema, input).issues?.[0].message ?? 'expected a value'
}

function at(input: Values, key: string): { input: unknown; path: [v.IssuePathItem] } {
  const value = input[key]
  return { input: value, path: [{ type: 'object', origin: 'value', input: { ...input }, key, value }] }
}

function unknownKey(meant: string | undefined, names: readonly string[]): string {
  return `unknown; ${meant === undefined ? `there is ${anyOf(names, 'and')}` : `did you mean "${meant}"?`}`
}

/** `a, b or c` */
function anyOf(words: readonly string[], and = 'or'): string {
  const [last, ...others] = [...words].reverse()
  return others.length === 0 ? `${last}` : `${others.reverse().join(', ')} ${and} ${last}`
}

// "Cannot use 0 as timeout: expected longer than nothing": the place in the file says the rest.
function expectationIn(message: string): string {
  return /(?<=: )expected .*/s.exec(message)?.[0] ?? message
}
