import { inspect } from 'node:util'
import * as v from 'valibot'
import { inOrder } from '../supervision/order.ts'
import { conditionsOf } from '../supervision/slot-options.ts'
import type { Config, ConfiguredProcess } from './config.ts'
import { configOf } from './config-schema.ts'
import { isObject } from './schema-parts.ts'

/** How much of a value is shown. */
const LONG = 100

/**
 * What means nothing in a config: each place, and what was expected there. Where there is none, it is a `Config`, and its
 * processes can be put in order.
 */
export function problemsIn(content: unknown): readonly string[] {
  const { issues = [] } = v.safeParse(configOf(namesIn(content)), content)
  return issues.length > 0 ? issues.map(problemOf) : circlesIn(content as Config)
}

function namesIn(content: unknown): readonly string[] {
  return isObject(content) && isObject(content.processes) ? Object.keys(content.processes) : []
}

function problemOf({ path, message, input }: v.BaseIssue<unknown>): string {
  const place = path?.map(({ key }) => String(key)).join('.') ?? 'default export'
  const found = message.startsWith('expected') ? `, found ${shown(input)}` : ''
  return `"${place}": ${message}${found}`
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? JSON.stringify(value) : inspect(value, { depth: 1, breakLength: Infinity })
  return text.length > LONG ? `${text.slice(0, LONG)}...` : text
}

function circlesIn({ processes }: Config): readonly string[] {
  const members = Object.entries(processes).map(([name, one]) => {
    const after = isObject(one) ? (one as unknown as ConfiguredProcess).after : undefined
    return [name, { name, after: conditionsOf(after ?? []) }] as const
  })
  try {
    inOrder(new Map(members))
    return []
  } catch (error) {
    return [`"processes": ${(error as Error).message}`]
  }
}
