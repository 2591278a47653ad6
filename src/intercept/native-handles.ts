/** The classes of Node's native part that can be given to a child, which nobody can name but by this. */
const NAMES = ['Pipe', 'TTY', 'TCP', 'UDP']

/** Whether something is the native part of a socket, a server or a terminal. */
export function isNativeHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && NAMES.includes(value.constructor?.name ?? '')
}
