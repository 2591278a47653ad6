/// <reference types="node" preserve="true" />
/** `rehearsal/otel`: a span for each process, through `@opentelemetry/api`. */
export { type TraceOptions, traceProcesses } from './trace-processes.ts'
