import assert from 'node:assert/strict'
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeEach, describe, test } from 'vitest'
import { createProcess, type ProcessFactory } from '../../src/index.ts'
import { type TraceOptions, traceProcesses } from '../../src/otel/index.ts'

const exporter = new InMemorySpanExporter()
const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
trace.setGlobalTracerProvider(provider)
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
)
beforeEach(() => exporter.reset())
afterAll(() => provider.shutdown())

describe('a span for each process', () => {
  test('has its program, pid and exit code, and the name that it was given', async () => {
    const process = traced()
    await process.run(['sh', '-c', 'exit 0'])
    const pid = (await process.path('/tmp').name('build').start('true')).id()
    await until(() => exporter.getFinishedSpans().length === 2)
    const [plain, named] = exporter.getFinishedSpans()
    assert.deepEqual([plain?.name, plain?.kind, plain?.status.code], ['sh', SpanKind.CLIENT, SpanStatusCode.UNSET])
    assert.deepEqual(Object.keys(plain?.attributes ?? {}).toSorted(), [
      'process.executable.name',
      'process.exit.code',
      'process.pid',
    ])
    assert.equal(named?.name, 'build')
    assert.deepEqual(named?.attributes, {
      'process.executable.name': 'sh',
      'process.working_directory': '/tmp',
      'process.pid': pid,
      'process.exit.code': 0,
    })
  })

  test('tells the arguments only when asked to', async () => {
    await traced({ commandArgs: true }).run(['echo', '--token=secret'])
    assert.deepEqual(onlySpan().attributes['process.command_args'], ['echo', '--token=secret'])
  })

  test('lasts as long as the process, by the clock that it lives by', async () => {
    const process = traced()
    await process.fake({ '*': process.describe().after('2h') }, { now: new Date(0) }, () =>
      process.forever().run('job'),
    )
    assert.deepEqual(
      [onlySpan().startTime, onlySpan().endTime],
      [
        [0, 0],
        [7200, 0],
      ],
    )
  })

  test.each([
    ['an exit code', 'exit 3', '3', 3, false],
    ['a signal', 'kill -KILL $$', 'SIGKILL', 137, false],
    ['a program that is not there', ['no-such-program'], 'ENOENT', undefined, true],
    ['a time limit', 'exec sleep 60', 'ERR_PROCESS_TIMED_OUT', 143, true],
  ] as const)('is an error by its type after %s', async (_, command, type, code, thrown) => {
    await traced()
      .timeout(200)
      .run(command)
      .catch(() => {})
    const { status, attributes, events } = onlySpan()
    assert.deepEqual([status.code, attributes['error.type']], [SpanStatusCode.ERROR, type])
    assert.equal(attributes['process.exit.code'], code)
    assert.deepEqual(
      events.map(({ name }) => name),
      thrown ? ['exception'] : [],
    )
  })

  test('is an error after a veto, too', async () => {
    const process = traced()
    process.events.beforeStart((event) => event.veto('no'))
    await assert.rejects(process.run('true'))
    assert.equal(onlySpan().attributes['error.type'], 'ERR_PROCESS_VETOED')
  })

  test('is within the span that is active where it is started', async () => {
    const process = traced()
    const parent = provider.getTracer('test').startSpan('request')
    await within(parent, () => process.retry(2).run('exit 1'))
    const spans = exporter.getFinishedSpans()
    assert.deepEqual(
      spans.map(({ parentSpanContext }) => parentSpanContext?.spanId),
      [parent.spanContext().spanId, parent.spanContext().spanId],
    )
  })

  test('is there for each of many at once, and none is left open', async () => {
    const process = traced()
    await process.fake({ '*': 'ok' }, () => Promise.all(Array.from({ length: 50 }, (_, n) => process.run(`job ${n}`))))
    assert.equal(exporter.getFinishedSpans().length, 50)
  })
})

describe('the context passed to a process', () => {
  test('is that of its span, as TRACEPARENT, with the baggage', async () => {
    const process = traced({ propagate: true })
    const baggage = propagation.createBaggage({ user: { value: '7' } })
    const result = await context.with(propagation.setBaggage(context.active(), baggage), () =>
      process.run('echo $TRACEPARENT; echo $BAGGAGE'),
    )
    const { traceId, spanId } = onlySpan().spanContext()
    assert.deepEqual(result.lines(), [`00-${traceId}-${spanId}-01`, 'user=7'])
  })

  test('replaces one that was inherited, as a whole', async () => {
    const process = traced({ propagate: true })
    const result = await process.env({ TRACESTATE: 'old=1' }).run('echo "[$TRACESTATE]"')
    assert.equal(result.output(), '[]\n')
  })

  test('is passed only when asked', async () => {
    assert.equal((await traced().run('echo "[$TRACEPARENT]"')).output(), '[]\n')
  })
})

describe('the end of tracing', () => {
  test('leaves what runs to be traced to its end, and nobody listening', async () => {
    const process = createProcess()
    const stop = traceProcesses(process.events)
    await process.fake({ '*': process.describe().after('1s') }, async (fake) => {
      const running = await process.start('job')
      stop()
      await running.wait()
      await process.run('later')
      assert.equal(fake.observer?.listens, false)
    })
    assert.equal(onlySpan().name, 'sh')
  })

  test('comes by a signal, too', async () => {
    const process = traced({ signal: AbortSignal.abort() })
    await process.run('true')
    assert.deepEqual(exporter.getFinishedSpans(), [])
  })
})

function traced(options?: TraceOptions): ProcessFactory {
  const process = createProcess()
  traceProcesses(process.events, options)
  return process
}

function onlySpan(): ReadableSpan {
  const [span, ...more] = exporter.getFinishedSpans()
  assert(span && more.length === 0, `expected one span, got ${exporter.getFinishedSpans().length}`)
  return span
}

function within<T>(span: Span, act: () => Promise<T>): Promise<T> {
  return context.with(trace.setSpan(context.active(), span), act)
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate)
}
