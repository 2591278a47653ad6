import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { defineConfig } from '../../src/cli/config.ts'
import { loadConfig } from '../../src/cli/config-file.ts'
import { problemsIn } from '../../src/cli/config-problems.ts'
import { type Entries, type Forms, leaf, needed, object } from '../../src/cli/schema-parts.ts'
import { text } from '../../src/cli/schema-values.ts'
import { UsageError } from '../../src/cli/usage.ts'
import { Process } from '../../src/index.ts'

/** A config with one process, that has these options. */
const web = (options: object): object => ({ processes: { web: { command: 'serve', ...options } } })
/** A config with a process, and these options beside it. */
const beside = (options: object): object => ({ processes: { web: 'serve' }, ...options })

describe('a config', () => {
  test('may have everything that its type has', () => {
    const config = defineConfig({
      name: 'all',
      strategy: 'rest-for-one',
      ledger: 'processes.json',
      restart: 'always',
      successCodes: [0, 2],
      successSignals: ['SIGTERM', 9],
      maxRestarts: Number.POSITIVE_INFINITY,
      window: { minutes: 5, seconds: 30 },
      backoff: { first: '1s', factor: 1.5, cap: 5000, jitter: 0 },
      jitter: 0.5,
      healthyAfter: 0,
      cooldown: '1h',
      stopSignal: 'SIGINT',
      graceTime: '5s',
      timeout: '1d',
      hang: { silence: '1m' },
      maxMemory: '1GB',
      maxCpu: 0.9,
      schedule: (scheduler) => void scheduler.command('backup').daily(),
      queue: {
        queues: ['mail', 'default'],
        concurrency: 2,
        once: false,
        stopWhenEmpty: true,
        maxJobs: 10,
        maxTime: '1h',
        memory: '1GB',
        rest: 0,
        lease: '30s',
        signal: new AbortController().signal,
      },
      processes: {
        words: ['serve', '', '--all'],
        port: { command: 'serve', ready: { port: 80, host: 'localhost' }, path: '', env: { A: '', B: false } },
        http: { command: ['serve'], ready: { http: 'https://localhost/', status: 204 }, after: 'port' },
        asked: { command: 'serve', ready: { command: ['ask'] }, after: ['port', 'http'] },
        shown: { command: 'serve', ready: { output: /ready/ }, after: { port: 'ready', http: 'started' } },
        noted: { command: 'serve', ready: { notify: true }, instances: 0, readyTimeout: '5m' },
        written: { command: 'serve', ready: { file: 'ready' }, stopSignal: 2, graceTime: '5s', timeout: '1d' },
        own: {
          command: 'serve',
          ready: () => true,
          hang: {
            silence: '1m',
            heartbeat: { output: 'beat', within: '5s' },
            probe: { probe: { port: 80 }, every: 1000, timeout: '1s', failures: 1 },
            limit: '1h',
            noProgress: '10m',
          },
          maxMemory: { limit: '1GB', every: '1s', samples: 2, grace: '1m', hysteresis: 0.2 },
          maxCpu: '80%',
        },
        beating: { command: 'serve', hang: { heartbeat: { file: 'beat', within: 5000 } }, maxMemory: 1e9, maxCpu: 0.5 },
      },
    })
    assert.deepEqual(problemsIn(config), [])
  })

  test('may say that something is not said', () => {
    assert.deepEqual(problemsIn(web({ restart: undefined, hang: undefined, after: [] })), [])
  })

  const duration = "expected milliseconds, '90s' or { minutes: 5 }, found"
  const nobody: readonly [what: string, config: unknown, problem: string][] = [
    ['nothing', undefined, '"default export": expected a config, see defineConfig, found nothing'],
    ['a list', [], '"default export": expected a config, see defineConfig, found []'],
    ['no process', { processes: {} }, '"processes": expected one process at least, found {}'],
    ['other names for processes', { proceses: {} }, '"proceses": unknown; did you mean "processes"?'],
    ['an option that is misspelt', beside({ stratgy: 'x' }), '"stratgy": unknown; did you mean "strategy"?'],
    [
      'an unknown strategy',
      beside({ strategy: 'all' }),
      '"strategy": expected one-for-one, one-for-all or rest-for-one, found "all"',
    ],
    ['a schedule in words', beside({ schedule: 'daily' }), '"schedule": expected a function, found "daily"'],
    [
      'a process that is a number',
      { processes: { web: 3 } },
      '"processes.web": expected a command, or an object with one, found 3',
    ],
    ['an instance of a class', { processes: { web: new Map() } }, '"processes.web": expected a command, or an obj'],
    ['an empty command', { processes: { web: ' ' } }, '"processes.web": Cannot start an empty command: " "'],
    ['no word', web({ command: [] }), '"processes.web.command": Cannot start an empty command: []'],
    ['a word that is a number', web({ command: ['a', 3] }), '"processes.web.command.1": expected a word, found 3'],
    [
      'no command',
      { processes: { web: {} } },
      '"processes.web.command": expected text for the shell, or words, found nothing',
    ],
    [
      'a name with a space',
      { processes: { 'my web': 'serve' } },
      '"processes.my web": expected a name without spaces, "/" or "#", found "my web"',
    ],
    [
      'a process by the name of something that all objects have',
      { processes: { constructor: { comand: 'serve' } } },
      '"processes.constructor.comand": unknown; did you mean "command"?',
    ],
    [
      'a process called __proto__',
      JSON.parse('{"processes":{"__proto__":{"command":"serve","restrat":1}}}'),
      '"processes.__proto__.restrat": unknown; did you mean "restart"?',
    ],
    [
      'a key that all objects have',
      JSON.parse('{"processes":{"web":{"command":"serve","hang":{"constructor":1,"limit":1}}}}'),
      '"processes.web.hang.constructor": unknown; there is silence, heartbeat, probe, limit and noProgress',
    ],
    [
      'a mode that is misspelt',
      web({ restrat: 'always' }),
      '"processes.web.restrat": unknown; did you mean "restart"?',
    ],
    [
      'an unknown mode',
      web({ restart: 'alwys' }),
      '"processes.web.restart": expected never, on-failure or always, found "alwys"',
    ],
    [
      'instances in words',
      web({ instances: 'two' }),
      '"processes.web.instances": expected a whole number from 0 on, found "two"',
    ],
    [
      'half an instance',
      web({ instances: 1.5 }),
      '"processes.web.instances": expected a whole number from 0 on, found',
    ],
    ['no instances but null', web({ instances: null }), '"processes.web.instances": expected a whole number from 0 on'],
    [
      'less than no restart',
      web({ maxRestarts: -1 }),
      '"processes.web.maxRestarts": expected a whole number from 0 on, or Infinity, found -1',
    ],
    [
      'a back-off that is misspelt',
      web({ backoff: { frist: 1 } }),
      '"processes.web.backoff.frist": unknown; did you mean "first"?',
    ],
    [
      'a back-off that is a number',
      web({ backoff: 3 }),
      '"processes.web.backoff": expected an object such as { first: "1s", cap: "1m" }, found 3',
    ],
    ['more than all of it', web({ jitter: 1.1 }), '"processes.web.jitter": expected a share from 0 to 1, found 1.1'],
    [
      'an exit code in words',
      web({ successCodes: ['0'] }),
      '"processes.web.successCodes.0": expected a whole number, found "0"',
    ],
    [
      'an unknown signal',
      web({ stopSignal: 'SIGFOO' }),
      '"processes.web.stopSignal": Cannot use "SIGFOO" as a signal: unknown on this system',
    ],
    ['a duration that is none', web({ graceTime: 'soon' }), `"processes.web.graceTime": ${duration} "soon"`],
    ['no time at all', web({ timeout: 0 }), '"processes.web.timeout": expected longer than nothing, found 0'],
    [
      'a part of a duration that is misspelt',
      beside({ window: { minuts: 5 } }),
      '"window.minuts": unknown; did you mean "minutes"?',
    ],
    [
      'a part of a duration in words',
      beside({ window: { minutes: '5' } }),
      '"window.minutes": expected a number from 0 on, found "5"',
    ],
    ['silence that is misspelt', web({ hang: { silense: '5s' } }), '"processes.web.hang.silense": unknown; did you'],
    [
      'nothing to hang by',
      web({ hang: {} }),
      '"processes.web.hang": expected silence, heartbeat, probe, limit or noProgress, found {}',
    ],
    [
      'a heartbeat of nothing',
      web({ hang: { heartbeat: { within: '1s' } } }),
      '"processes.web.hang.heartbeat": expected { output, within } or { file, within }, found { within: \'1s\' }',
    ],
    [
      'a heartbeat at no time',
      web({ hang: { heartbeat: { file: 'x' } } }),
      `"processes.web.hang.heartbeat.within": ${duration} nothing`,
    ],
    [
      'a probe that asks nothing',
      web({ hang: { probe: { every: '1s' } } }),
      '"processes.web.hang.probe.probe": expected { port }, { http }, { command } or a function, found nothing',
    ],
    [
      'a port that is misspelt',
      web({ ready: { prot: 80 } }),
      '"processes.web.ready.prot": unknown; did you mean "port"?',
    ],
    [
      'a port that no machine has',
      web({ ready: { port: 65_536 } }),
      '"processes.web.ready.port": expected a whole number from 1 to 65535, found 65536',
    ],
    [
      'two ways to be ready at once',
      web({ ready: { port: 80, http: 'http://localhost' } }),
      '"processes.web.ready.http": unknown; there is port and host',
    ],
    [
      'an address of another kind',
      web({ ready: { http: 'ftp://localhost' } }),
      '"processes.web.ready.http": expected a URL that begins with http: or https:, found "ftp://localhost"',
    ],
    [
      'a readiness in words',
      web({ ready: 'soon' }),
      '"processes.web.ready": expected { output }, { notify }, { file }, { port }, { http }, { command } or a function, found "soon"',
    ],
    [
      'much memory',
      web({ maxMemory: 'much' }),
      "\"processes.web.maxMemory\": expected bytes or '64KB', '256MB', '1GB', found \"much\"",
    ],
    [
      'a limit that is misspelt',
      web({ maxMemory: { limt: 1 } }),
      '"processes.web.maxMemory.limt": unknown; did you mean "limit"?',
    ],
    [
      'a percentage without its sign',
      web({ maxCpu: 80 }),
      "\"processes.web.maxCpu\": Cannot use 80 as a limit of cpu: 1 is one core, write '80%' or '8000%'",
    ],
    [
      'a variable that is a number',
      web({ env: { PORT: 80 } }),
      '"processes.web.env.PORT": expected text, or false to remove it, found 80',
    ],
    ['no name of a variable', web({ env: { 'A=B': '' } }), '"processes.web.env.A=B": expected the name of a variable'],
    [
      'a queue option that is misspelt',
      beside({ queue: { concurency: 2 } }),
      '"queue.concurency": unknown; did you mean "concurrency"?',
    ],
    [
      'a queue with a blank',
      beside({ queue: { queues: ['a b'] } }),
      '"queue.queues.0": expected the name of a queue, without blanks, found "a b"',
    ],
    [
      'a job that is held for no time',
      beside({ queue: { lease: 0 } }),
      '"queue.lease": expected longer than nothing, found 0',
    ],
    [
      'somebody to come after who is not there',
      web({ after: 'wbe' }),
      '"processes.web.after": there is no process "wbe"; did you mean "web"?',
    ],
    ['a list of those', web({ after: ['db'] }), '"processes.web.after.0": there is no process "db"'],
    ['conditions for those', web({ after: { db: 'done' } }), '"processes.web.after.db": there is no process "db"'],
    [
      'an unknown condition',
      { processes: { db: 'serve', web: { command: 'serve', after: { db: 'redy' } } } },
      '"processes.web.after.db": expected started, ready, done or succeeded, found "redy"',
    ],
    [
      'a circle',
      { processes: { a: { command: 'serve', after: 'b' }, b: { command: 'serve', after: ['a'] } } },
      '"processes": Cannot start the group: "a" comes after "b" comes after "a"',
    ],
  ]
  for (const [what, config, problem] of nobody) {
    test(`may not have ${what}`, () => {
      const problems = problemsIn(config)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert(problems[0]?.startsWith(problem), problems[0])
    })
  }

  test('may not have a pending process, which has a life before the config', () => {
    assert.match(
      problemsIn({ processes: { web: Process.command('serve') } }).join(),
      /^"processes\.web": expected a command, or an object with one, found PendingProcess \{.{1,90}\.\.\.$/,
    )
  })
})

describe('a schema', () => {
  interface Shape {
    readonly must: string
    readonly may?: string
  }
  type Either = { readonly port: string; readonly within: string } | { readonly file: string; readonly within: string }

  test('has the keys of its type, which TypeScript checks', () => {
    const schema: Entries<Shape> = { must: needed(text), may: text }
    assert.deepEqual(Object.keys(schema), ['must', 'may'])
    const within = needed(text)
    const forms: Forms<Either> = { port: { port: needed(text), within }, file: { file: needed(text), within } }
    assert.deepEqual(Object.keys(forms), ['port', 'file'])
    // @ts-expect-error One that the type has is missing.
    object<Shape>('a shape', { must: needed(text) })
    // @ts-expect-error The type has no such key.
    object<Shape>('a shape', { must: needed(text), may: text, more: text })
    // @ts-expect-error What has to be there is marked.
    object<Shape>('a shape', { must: text, may: text })
    // @ts-expect-error The type has another value there.
    object<Shape>('a shape', { must: needed(text), may: leaf<number>('a number', Number.isFinite) })
    // @ts-expect-error One of the forms is missing.
    const some: Forms<Either> = { port: { port: needed(text), within } }
    assert.deepEqual(Object.keys(some), ['port'])
  })
})

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What is said of a file with this text, but for its folder. */
  async function refusalOf(name: string, content: string): Promise<string> {
    const file = join(folder, name)
    writeFileSync(file, content)
    const error = await loadConfig(file).then(
      () => assert.fail('it was taken'),
      (reason: unknown) => reason,
    )
    assert(error instanceof UsageError)
    return error.message.replaceAll(file, basename(file))
  }

  test('is given back as it was written', async () => {
    const file = join(folder, 'good.mjs')
    writeFileSync(file, 'export default { processes: { web: "serve" }, schedule() {}, restart: undefined }')
    const { config } = await loadConfig(file)
    assert.deepEqual(Object.keys(config), ['processes', 'schedule', 'restart'])
  })

  test('that is wrong in one place is refused in one line', async () => {
    assert.equal(
      await refusalOf('one.json', '{"processes":{"web":{"command":"x","restrat":"always"}}}'),
      'Cannot use one.json: "processes.web.restrat": unknown; did you mean "restart"?',
    )
  })

  test('that is wrong in many places is refused with all of them', async () => {
    const many = {
      processes: { web: { command: 3, foo: 1, restrat: 1 }, api: { command: 'x', after: 'wbe' } },
      jiter: 1,
    }
    assert.deepEqual((await refusalOf('many.json', JSON.stringify(many))).split('\n'), [
      'Cannot use many.json:',
      '  "processes.web.command": expected text for the shell, or words, found 3',
      `  "processes.web.foo": unknown; there is command, path, env, after, ready, readyTimeout, stopSignal, graceTime, timeout, instances, hang, maxMemory, maxCpu, restart, successCodes, successSignals, maxRestarts, window, backoff, jitter, healthyAfter and cooldown`,
      '  "processes.web.restrat": unknown; did you mean "restart"?',
      '  "processes.api.after": there is no process "wbe"; did you mean "web"?',
      '  "jiter": unknown; did you mean "jitter"?',
    ])
  })

  test('that cannot be read is refused with the reason', async () => {
    assert.match(await refusalOf('none.json', '{'), /^Cannot read none\.json: /)
    assert.equal(await refusalOf('throws.mjs', 'throw new Error("no PORT")'), 'Cannot read throws.mjs: no PORT')
  })

  test('of Procfile form needs no more than names and commands', async () => {
    const file = join(folder, 'Procfile')
    writeFileSync(file, 'web: serve\n')
    assert.deepEqual((await loadConfig(file)).config, { processes: { web: 'serve' } })
  })
})
