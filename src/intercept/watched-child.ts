import type { Readable, Writable } from 'node:stream'
import type { Clock } from '../contracts/clock.ts'
import type { Eavesdropper, Exit, Handle } from '../contracts/driver.ts'
import { type Signal, signalNumber, toSignal } from '../contracts/signals.ts'
import type { Run } from '../journal.ts'
import { Mirror, watchingHandle } from './mirror.ts'
import type { NativeHandle, NodeChild } from './node-internals.ts'

/**
 * A child that runs for real and belongs to whoever started it, for us to watch. Its streams are looked at where the bytes
 * come in and go out, so that nothing of their flow is different for it.
 */
export function watchChild(child: NodeChild & { readonly pid: number }, clock: Clock, takesNote: boolean): Handle {
  const exit = exitOf(child)
  const native = child._handle as NativeHandle
  const { kill } = native
  const handle = {
    pid: child.pid,
    clock,
    kill: (signal: Signal) => child._handle !== null && kill.call(native, signalNumber(signal)) === 0,
    survivors: async () => (child.exitCode === null && child.signalCode === null ? [child.pid] : []),
  }
  const stdout = takesNote && child.stdout ? mirrorOf(child.stdout) : undefined
  const stderr = takesNote && child.stderr ? mirrorOf(child.stderr) : undefined
  return {
    ...watchingHandle({ handle, exit, stdout, stderr }),
    overhear: (eavesdropper) => overhear(child, eavesdropper),
  }
}

/** Notes what a child is sent by whoever it belongs to: input and signals. */
export function takeNote(child: NodeChild, entry: Run): void {
  overhear(child, {
    given: (bytes) => entry.heard(bytes),
    inputEnded: () => {},
    signalled: (signal) => entry.signalled(signal),
  })
}

function overhear({ stdin, _handle: handle }: NodeChild, eavesdropper: Eavesdropper): void {
  if (stdin) overhearInput(stdin, eavesdropper)
  if (!handle) return
  const { kill } = handle
  handle.kill = (signal) => {
    const result = kill.call(handle, signal)
    if (result === 0 && signal !== 0) eavesdropper.signalled(toSignal(signal))
    return result
  }
}

/** Tells every piece that is written to a stream, and its end. */
function overhearInput(stream: Writable, { given: onBytes, inputEnded }: Eavesdropper): void {
  const { _write: write, _writev: writeMany, _final: finish } = stream
  stream._write = (chunk, encoding, done) => {
    onBytes(bytesOf(chunk, encoding))
    write.call(stream, chunk, encoding, done)
  }
  stream._final = (done) => {
    inputEnded()
    finish.call(stream, done)
  }
  if (!writeMany) return
  stream._writev = (chunks, done) => {
    for (const { chunk, encoding } of chunks) onBytes(bytesOf(chunk, encoding))
    writeMany.call(stream, chunks, done)
  }
}

// Looked at below the events, so that nobody who counts listeners finds one more.
function exitOf(child: NodeChild): Promise<Exit> {
  const handle = child._handle as NativeHandle
  const { onexit } = handle
  return new Promise((resolve) => {
    handle.onexit = (code, signal) => {
      resolve(signal ? { code: null, signal: signal as Signal } : { code, signal: null })
      onexit(code, signal)
    }
  })
}

function mirrorOf(stream: Readable): Mirror {
  const mirror = new Mirror()
  const { push } = stream
  stream.push = (chunk, encoding) => {
    if (chunk === null) mirror.end()
    else mirror.show(bytesOf(chunk, encoding))
    return push.call(stream, chunk, encoding)
  }
  stream.once('close', () => mirror.end())
  return mirror
}

function bytesOf(chunk: unknown, encoding: BufferEncoding | undefined): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, encoding) : (chunk as Uint8Array)
}
