let depth = 0

/**
 * Calls a function whose starts are the toolkit's own work on the machine: an interception lets them through. It covers what
 * the function does within the call, which is where Node starts processes.
 */
export function asOurOwn<T>(start: () => T): T {
  depth++
  try {
    return start()
  } finally {
    depth--
  }
}

/** Whether a process that is being started now is the toolkit's own. */
export function isOurOwn(): boolean {
  return depth > 0
}
