import { type Context, propagation } from '@opentelemetry/api'
import type { Variables } from '../settings.ts'

/**
 * A context as variables for a process, `TRACEPARENT` and its like: whatever the propagator of this program writes. What was
 * inherited from another context is removed, as its parts do not fit together.
 */
export function variablesOf(context: Context): Variables {
  const variables: Record<string, string | false> = {}
  for (const field of propagation.fields()) variables[variable(field)] = false
  propagation.inject(context, variables, {
    set(carrier, key, value) {
      carrier[variable(key)] = value
    },
  })
  return variables
}

function variable(key: string): string {
  return key.toUpperCase().replace(/\W/g, '_')
}
