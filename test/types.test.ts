import { expectTypeOf, test } from 'vitest'
import {
  type Closure,
  createProcess,
  type InvokedProcess,
  type MemoryFiles,
  type OutputType,
  type PendingBatch,
  type PendingChain,
  type PendingProcess,
  type ProcessResult,
  type Queueable,
  type Rehearsal,
  type Spy,
} from '../src/index.ts'

declare module '../src/index.ts' {
  interface Macros {
    gitHead(short: boolean): Promise<ProcessResult>
  }
}

const fake = { 'git *': 'abc', '*': '' }

test('the names of a pool are inferred from an object', async () => {
  const process = createProcess()
  using _ = process.fake(fake)
  const { api, web } = await process.concurrently({ api: 'serve api', web: ['serve', 'web'] })
  expectTypeOf(api).toEqualTypeOf<ProcessResult>()
  expectTypeOf(web).toEqualTypeOf<ProcessResult>()
  // @ts-expect-error There is no such member.
  ;(await process.concurrently({ api: 'serve api' })).wep
})

test('the names of a pool can be given to the builder form', async () => {
  const process = createProcess()
  using _ = process.fake(fake)
  const { a } = await process.concurrently<'a' | 'b'>((pool) => {
    pool.as('a').command('one')
    pool.as('b').command('two')
  })
  expectTypeOf(a).toEqualTypeOf<ProcessResult>()
})

test('a macro is a method with the type that was merged', async () => {
  const process = createProcess().macro('gitHead', function (short: boolean) {
    return this.run(['git', 'rev-parse', short ? '--short' : '--verify', 'HEAD'])
  })
  using _ = process.fake(fake)
  expectTypeOf(process.gitHead(true)).toEqualTypeOf<Promise<ProcessResult>>()
})

test('setters give pending processes, run gives results, start gives processes', () => {
  const process = createProcess()
  expectTypeOf(process.path('/tmp').timeout('5s')).toEqualTypeOf<PendingProcess>()
  expectTypeOf(process.run).returns.toEqualTypeOf<Promise<ProcessResult>>()
  expectTypeOf(process.start).returns.toEqualTypeOf<Promise<InvokedProcess>>()
  // @ts-expect-error A variable is text, or false.
  expectTypeOf(process.env).toBeCallableWith({ PORT: 80 })
  // @ts-expect-error A command is text or words.
  expectTypeOf(process.command).toBeCallableWith(5)
})

test('what users hand to functions of their own has a name', () => {
  const process = createProcess()
  const queued = process.queued()
  expectTypeOf(queued.queue).parameter(0).toEqualTypeOf<Queueable>()
  expectTypeOf(queued.chain).returns.toEqualTypeOf<PendingChain>()
  expectTypeOf(queued.batch).returns.toEqualTypeOf<PendingBatch>()
  expectTypeOf(process.scheduler().call).parameter(0).toEqualTypeOf<Closure>()
  expectTypeOf(process.spy).returns.toEqualTypeOf<Spy>()
  expectTypeOf<Rehearsal['files']>().toEqualTypeOf<MemoryFiles>()
  expectTypeOf<ProcessResult['tail']>().parameter(0).toEqualTypeOf<OutputType>()
})
