import { readdirSync, readFileSync } from 'node:fs'

const CLOSED_AT_EXEC = 0o2000000
const STREAMS = 3

/**
 * Our own descriptors that a child would get without being given them. Node closes those that it was born with only up to
 * the first gap in their numbers. Known on Linux only.
 */
export function leakingDescriptors(): readonly number[] {
  if (process.platform !== 'linux') return []
  const numbers = readdirSync('/proc/self/fd').map(Number)
  return numbers.filter((descriptor) => descriptor >= STREAMS && isPassedOn(descriptor))
}

// The descriptor by which the folder was read is gone by now.
function isPassedOn(descriptor: number): boolean {
  try {
    const [, flags = '0'] = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? []
    return (Number.parseInt(flags, 8) & CLOSED_AT_EXEC) === 0
  } catch {
    return false
  }
}
