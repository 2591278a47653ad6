import assert from 'node:assert/strict'
import { execFileSync, execSync, spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { actorCommand, actorText } from '../../src/contracts/suite/index.ts'
import { createProcess, type Handler, Process, type Scenario } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'
import { fieldsOf } from './watching.ts'
import { inEachWorld } from './worlds.ts'

const TALK: Scenario = [
  { write: 'out', data: 'said\n' },
  { write: 'err', data: 'warned\n' },
]

const NOTHING = { output: null, stdout: undefined, stderr: undefined }
const NEVER_RAN = { status: null, signal: null, pid: 0, ...NOTHING }

inEachWorld((enter) => {
  test('spawnSync gives the code and both streams, as bytes', () => {
    using _ = enter()
    const { pid, ...result } = sync([...TALK, { exit: 3 }])
    assert(pid > 0)
    const [stdout, stderr] = [Buffer.from('said\n'), Buffer.from('warned\n')]
    assert.deepEqual(result, { status: 3, signal: null, output: [null, stdout, stderr], stdout, stderr })
  })

  test('spawnSync gives text where an encoding is asked for', () => {
    using _ = enter()
    assert.equal(sync(TALK, { encoding: 'utf8' }).stdout, 'said\n')
    assert.equal(sync(TALK, { encoding: 'hex' }).stdout, '736169640a')
  })

  test('spawnSync gives the signal that a process died of', () => {
    using _ = enter()
    const { status, signal } = sync([{ die: 'SIGUSR1' }])
    assert.deepEqual([status, signal], [null, 'SIGUSR1'])
  })

  test('an input is read, text or bytes, and none is end-of-file', () => {
    using _ = enter()
    assert.equal(String(sync([{ echo: 'in' }], { input: 'grüße' }).stdout), 'grüße')
    assert.equal(String(sync([{ echo: 'in' }], { input: Uint8Array.of(97, 98) }).stdout), 'ab')
    assert.equal(String(sync([{ echo: 'in' }, ...TALK]).stdout), 'said\n')
  })

  test('a stream that is ignored is null', () => {
    using _ = enter()
    const { output, stdout, stderr } = sync(TALK, { stdio: ['pipe', 'ignore', 'pipe'], encoding: 'utf8' })
    assert.deepEqual([output, stdout, stderr], [[null, null, 'warned\n'], null, 'warned\n'])
  })

  test('a pipe beyond the third is empty, unless the program writes to it', () => {
    using _ = enter()
    const stdio = ['pipe', 'pipe', 'pipe', 'pipe', 'ignore'] as const
    assert.deepEqual(sync(TALK, { stdio }).output.slice(3), [Buffer.alloc(0), null])
    assert.deepEqual(sync(TALK, { stdio, encoding: 'utf8' }).output.slice(3), ['', null])
  })

  test('a program that is not there is an error in the result', () => {
    using _ = enter()
    const { error, ...result } = spawnSync('rehearsal-no-such-program', ['a'])
    expect(fieldsOf(error)).toEqual({
      message: 'spawnSync rehearsal-no-such-program ENOENT',
      errno: -2,
      code: 'ENOENT',
      syscall: 'spawnSync rehearsal-no-such-program',
      path: 'rehearsal-no-such-program',
      spawnargs: ['a'],
    })
    assert.deepEqual(result, { ...NEVER_RAN })
  })

  test('a time limit ends the process and is an error beside what it said', () => {
    using _ = enter()
    const { error, status, signal, stdout } = sync([...TALK, { hang: true }], { timeout: 500, killSignal: 'SIGINT' })
    assert.deepEqual(
      [(error as NodeJS.ErrnoException).code, status, signal, String(stdout)],
      ['ETIMEDOUT', null, 'SIGINT', 'said\n'],
    )
  })

  test('more output than maxBuffer ends the process and is an error', () => {
    using _ = enter()
    const steps: Scenario = [{ write: 'out', data: 'xy' }, { wait: 200 }, { write: 'out', data: 'z' }, { hang: true }]
    const { error, stdout, signal } = sync(steps, { maxBuffer: 1 })
    assert.deepEqual([fieldsOf(error).code, signal, String(stdout)], ['ENOBUFS', 'SIGTERM', 'xy'])
    const deaf: Scenario = [{ on: 'SIGTERM', do: 'ignore' }, ...steps.slice(0, 3)]
    const late = sync(deaf, { maxBuffer: 1 })
    assert.deepEqual([fieldsOf(late.error).code, String(late.stdout)], ['ENOBUFS', 'xy'])
  })

  test('the output of a child left behind is waited for', () => {
    using _ = enter()
    const { stdout } = sync([{ fork: [{ wait: 100 }, { write: 'out', data: 'late' }] }, { write: 'out', data: 'x' }])
    assert.equal(String(stdout), 'xlate')
  })

  test('execSync gives stdout, and throws for a failure with all there is', () => {
    using _ = enter()
    assert.equal(execSync(actorText([{ write: 'out', data: 'said' }]), { encoding: 'utf8' }), 'said')
    const command = actorText([...TALK, { exit: 3 }])
    const error = thrownBy(() => execSync(command, { encoding: 'utf8', stdio: 'pipe' }))
    const { pid, ...fields } = fieldsOf(error)
    assert(Number(pid) > 0)
    expect(fields).toEqual({
      message: `Command failed: ${command}\nwarned\n`,
      status: 3,
      signal: null,
      output: [null, 'said\n', 'warned\n'],
      stdout: 'said\n',
      stderr: 'warned\n',
    })
  })

  test('execFileSync gives stdout, and throws when there is no such program', () => {
    using _ = enter()
    const [file, ...args] = actorCommand([{ tell: 'env:REHEARSAL_SUITE' }]) as [string, ...string[]]
    const options = { encoding: 'utf8', env: { REHEARSAL_SUITE: 'a=b' } } as const
    assert.equal(execFileSync(file, args, options), 'a=b\n')
    assert.throws(() => execFileSync('rehearsal-no-such-program', { stdio: 'pipe' }), { code: 'ENOENT', status: null })
  })

  test('bad arguments are refused by Node as ever', () => {
    using _ = enter()
    assert.throws(() => spawnSync(''), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => execSync('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' })
    assert.throws(() => execFileSync('a', { timeout: -1 }), { code: 'ERR_OUT_OF_RANGE' })
  })
})

describe('a rehearsed synchronous call', () => {
  test('takes virtual time, and is taken note of', () => {
    const { process, fake, dispose } = rehearse(Process.describe().after('2h').output('built').exitCode(1))
    using _ = dispose
    const before = +fake.now()
    assert.throws(() => execSync('make all', { input: 'y', stdio: 'pipe' }), { status: 1 })
    assert.equal(+fake.now() - before, 7_200_000)
    process.assertRan('make all').assertInput('make all', 'y')
    const [run] = process.recorded()
    assert.deepEqual([run?.output, run?.result?.durationMs, run?.result?.exitCode()], ['built\n', 7_200_000, 1])
  })

  test('may be answered by a plain function of the command', () => {
    const { dispose } = rehearse(({ args, input }) => `${args.join('+')} ${input}`)
    using _ = dispose
    assert.equal(execFileSync('add', ['1', '2'], { input: 'x', encoding: 'utf8' }), '1+2 x')
  })

  const refusals: Readonly<Record<string, readonly [Handler, string, string]>> = {
    'an asynchronous function': [async () => 'late', 'ERR_NOT_FAKEABLE', 'its rule is an asynchronous function'],
    'a program without an end': [Process.describe().hangs(), 'ERR_DEADLOCK', 'it never ends'],
    'an error': [new Error('the test says no'), '', 'the test says no'],
  }
  for (const [what, [handler, code, message]] of Object.entries(refusals)) {
    test(`is refused where its rule is ${what}`, () => {
      const { process, dispose } = rehearse(handler)
      using _ = dispose
      for (const call of [() => spawnSync('x'), () => execSync('x'), () => execFileSync('x')]) {
        const error = thrownBy(call) as NodeJS.ErrnoException
        assert.deepEqual([error.code ?? '', error.message.includes(message)], [code, true])
      }
      assert.equal(process.recorded().filter(({ error }) => error).length, 3)
    })
  }

  test('is refused when it needs time that only others could advance', () => {
    const process = createProcess()
    using _ = intercept(process)
    using _fake = process.fake({ slow: Process.describe().after('1s'), fast: 'x' }, { time: 'manual' })
    assert.equal(String(execSync('fast')), 'x')
    assert.throws(() => execSync('slow'), { code: 'ERR_NOT_FAKEABLE' })
  })

  test('without a rule is refused', () => {
    const process = createProcess()
    using _ = intercept(process)
    using _fake = process.fake({})
    assert.throws(() => spawnSync('rm', ['-r', '/']), { code: 'ERR_PROCESS_STRAY' })
  })
})

function rehearse(handler: Handler) {
  const process = createProcess()
  const dispose = new DisposableStack()
  dispose.use(intercept(process))
  return { process, dispose, fake: dispose.use(process.fake(handler)) }
}

function sync(scenario: Scenario, options = {}) {
  const [file, ...args] = actorCommand(scenario) as [string, ...string[]]
  return spawnSync(file, args, options)
}

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  assert.fail('nothing was thrown')
}
