import type { Signal } from '../contracts/signals.ts'
import { type InvokedProcess, lifeOf } from '../invoked-process.ts'
import type { Outcome } from '../outcome.ts'
import { Sampler } from './sampler.ts'
import type { Incarnation, Subject } from './subject.ts'

/** The end of a process. How it ended is known only of those that were started here. */
export interface ProcessExit {
  readonly pid: number
  readonly code: number | null | undefined
  readonly signal: Signal | null | undefined
  /** What became of it, time limits included. */
  readonly outcome: Outcome | undefined
  /** Whether its caller stopped it. */
  readonly stopped: boolean
  readonly process: InvokedProcess | undefined
}

/** Hears of the end of a process, and of each that takes its place. Others than ours are looked at every so many milliseconds. */
export function onEnd(subject: Subject, every: number, hear: (exit: ProcessExit) => void): () => void {
  return subject.follow((incarnation) => {
    const { process } = incarnation
    return process ? hearOwnEnd(process, hear) : seeEnd(subject, incarnation, every, hear)
  })
}

function hearOwnEnd(process: InvokedProcess, hear: (exit: ProcessExit) => void): () => void {
  let over = false
  const life = lifeOf(process)
  void life.exited.then((outcome) => {
    const { code, signal } = life.exit ?? { code: undefined, signal: undefined }
    if (!over) hear({ pid: process.id(), code, signal, outcome, stopped: process.stopped, process })
  })
  return () => {
    over = true
  }
}

function seeEnd(
  subject: Subject,
  incarnation: Incarnation,
  every: number,
  hear: (exit: ProcessExit) => void,
): () => void {
  const { pid } = incarnation
  const unknown = { code: undefined, signal: undefined, outcome: undefined, stopped: false, process: undefined }
  const listener = { onSample: () => {}, onGone: () => hear({ pid, ...unknown }) }
  return Sampler.of(subject.place).watch(incarnation, listener, { every })
}
