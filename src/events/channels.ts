import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { eventNames, type ProcessEventName } from './event-map.ts'

/** The channels of Node that events are published on, whichever Process they are of: `rehearsal:process:started`, ... */
const channels = Object.fromEntries(eventNames.map((name) => [name, channel(`rehearsal:process:${name}`)])) as Readonly<
  Record<ProcessEventName, Channel>
>
const all = Object.values(channels)

/**
 * The life of each process, as tools that trace expect it: `tracing:rehearsal:process:start` before it starts, `end` when it
 * has, `asyncStart` and `asyncEnd` when it is over, `error` before that when it has failed.
 */
export const lives: TracingChannel<object, TracedProcess> = tracingChannel<object, TracedProcess>('rehearsal:process')

/** What is published of a life: one object from its first message to its last, that fills up on the way. */
export interface TracedProcess {
  readonly run: number
  readonly command: string | readonly string[]
  readonly text: string
  readonly name: string | undefined
  pid?: number
  result?: unknown
  error?: unknown
}

/** Whether somebody has subscribed to what is published of an event. */
export function isPublished(name: ProcessEventName): boolean {
  return channels[name].hasSubscribers
}

/** Whether somebody has subscribed to anything that is published. */
export function publishes(): boolean {
  return lives.hasSubscribers || all.some((one) => one.hasSubscribers)
}

export function publish(name: ProcessEventName, event: object): void {
  if (channels[name].hasSubscribers) channels[name].publish(event)
}
