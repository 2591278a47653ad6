import { context, type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { ProcessEventMap } from '../events/event-map.ts'
import type { ProcessEvents } from '../events/process-events.ts'
import { attributesOf, endOf, errorTypeOf, nameOf } from './attributes.ts'
import { variablesOf } from './carrier.ts'

/** How processes are traced. */
export interface TraceOptions {
  /** Makes the spans; one of this program's provider unless given. */
  readonly tracer?: Tracer
  /** Passes the context on to each process: `TRACEPARENT`, `TRACESTATE`, and what else the propagator writes. */
  readonly propagate?: boolean
  /** Tells the arguments of each command, which may hold secrets. */
  readonly commandArgs?: boolean
  /** Ends the tracing. */
  readonly signal?: AbortSignal
}

/**
 * Makes a span of each process, from before it starts until it is over, within the span that is active where it is started.
 * Gives back how to stop; what runs by then is still traced to its end.
 *
 * @example traceProcesses(Process.events, { propagate: true })
 */
export function traceProcesses(events: ProcessEvents, options: TraceOptions = {}): () => void {
  const { signal } = options
  const tracing = new Tracing(events, options)
  const stop = (): void => tracing.stop()
  if (signal?.aborted) stop()
  signal?.addEventListener('abort', stop, { once: true })
  return stop
}

type End = ProcessEventMap['completed' | 'failed' | 'killed' | 'timedOut']
const ENDS = ['completed', 'failed', 'killed', 'timedOut'] as const

/** The spans of what runs. */
class Tracing {
  readonly #tracer: Tracer
  readonly #options: TraceOptions
  readonly #spans = new Map<number, Span>()
  readonly #leaveStarts: () => void
  readonly #leaveEnds: readonly (() => void)[]
  #stopped = false

  constructor(events: ProcessEvents, options: TraceOptions) {
    this.#tracer = options.tracer ?? trace.getTracer('rehearsal')
    this.#options = options
    this.#leaveStarts = events.beforeStart((event) => this.#begin(event))
    this.#leaveEnds = [
      events.afterStart((event) => this.#started(event)),
      ...ENDS.map((name) => events.on(name, (event) => this.#end(event))),
    ]
  }

  stop(): void {
    this.#stopped = true
    this.#leaveStarts()
    this.#leaveWhenDone()
  }

  #begin(event: ProcessEventMap['beforeStart']): void {
    const { commandArgs = false, propagate = false } = this.#options
    const attributes = attributesOf(event, commandArgs)
    // Not a number: small ones are taken for the time since this program began.
    const startTime = new Date(event.at)
    const span = this.#tracer.startSpan(nameOf(event), { kind: SpanKind.CLIENT, startTime, attributes })
    this.#spans.set(event.run, span)
    if (propagate) event.change({ env: variablesOf(trace.setSpan(context.active(), span)) })
  }

  // Others may have changed the command since.
  #started(event: ProcessEventMap['started']): void {
    const attributes = attributesOf(event, this.#options.commandArgs ?? false)
    const span = this.#spans.get(event.run)
    span?.updateName(nameOf(event)).setAttributes({ ...attributes, 'process.pid': event.pid })
  }

  #end(event: End): void {
    const span = this.#spans.get(event.run)
    if (!span) return
    this.#spans.delete(event.run)
    finish(span, event)
    this.#leaveWhenDone()
  }

  #leaveWhenDone(): void {
    if (this.#stopped && this.#spans.size === 0) for (const leave of this.#leaveEnds) leave()
  }
}

function finish(span: Span, event: End): void {
  const { error } = event
  const at = new Date(event.at)
  const kind = errorTypeOf(event)
  span.setAttributes(endOf(event))
  if (error instanceof Error) span.recordException(error, at)
  if (kind !== undefined)
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : kind })
  span.end(at)
}
