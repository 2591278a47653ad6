import { type InvokedProcess, lifeOf } from '../invoked-process.ts'
import type { PendingProcess } from '../pending-process.ts'

/** What is kept of what is passed on: no more than may come before somebody listens. */
export function passable(pending: PendingProcess): PendingProcess {
  return pending.maxOutput('1MB', { onOverflow: 'truncate', keep: 'tail' })
}

/**
 * Passes on what a process writes, byte for byte, at the pace at which it is read. Where nobody reads any more the process is sent
 * PIPE, as it would be by itself, and can write no more there; `onLost` is called.
 */
export function passOn(running: InvokedProcess, onLost: () => void): void {
  const { capture } = lifeOf(running)
  const lose = (type: 'out' | 'err', { code, message }: NodeJS.ErrnoException): void => {
    if (code !== 'EPIPE' && type === 'out') process.stderr.write(`Cannot pass on what is written: ${message}\n`)
    onLost()
    breakPipe(running)
    capture.closeOutput(type)
  }
  capture.listen(
    ({ type, data }) => {
      capture.pause()
      process[type === 'out' ? 'stdout' : 'stderr'].write(data, (error) => {
        if (error) lose(type, error)
        capture.resume()
      })
    },
    { keeps: true },
  )
}

// Node's pipes are sockets: of one that is closed while something is unread, the system says no PIPE but ECONNRESET.
function breakPipe(running: InvokedProcess): void {
  try {
    if (running.running() && !running.hasReceivedSignal('SIGPIPE')) running.signal('SIGPIPE')
  } catch {
    // It runs as somebody else by now: the next thing that it writes fails.
  }
}
