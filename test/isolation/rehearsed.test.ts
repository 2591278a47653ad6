import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess, Process, type ProcessFactory } from '../../src/index.ts'

const MEGABYTE = 1024 * 1024

const facts = Process.describe()
  .add({ tell: 'user' })
  .add({ tell: 'group' })
  .add({ tell: 'env:HOME' })
  .add({ tell: 'env:USER' })

function rehearsing(rules: Parameters<ProcessFactory['fake']>[0], options = {}): ProcessFactory {
  const process = createProcess()
  process.fake(rules, options)
  return process
}

describe('who a rehearsed program runs as', () => {
  test('is told to it, with the home of a user that is made up', async () => {
    const process = rehearsing({
      who: ({ user, group, env }) => `${user} ${group} ${env.HOME} ${env.USER} ${env.SHELL}`,
    })
    const result = await process.isolate({ user: 'www-data', group: 'web' }).run('who')
    assert.equal(result.output(), 'www-data web /home/www-data www-data /bin/sh')
    assert.equal((await process.user(77).run('who')).output(), '77 undefined / undefined undefined')
  })

  test('is what the passwd of its disk says', async () => {
    const files = { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\napp:x:812:813::/srv/app:/bin/false\n' }
    const process = rehearsing({ who: facts }, { files })
    for (const user of ['app', 812]) {
      const result = await process.user(user).run('who')
      assert.deepEqual(result.lines(), ['812', '813', '/srv/app', 'app'])
    }
    await assert.rejects(process.user('other').start('who'), {
      code: 'ERR_PROCESS_START',
      message: 'Cannot start "who": no user "other" here',
    })
  })

  test('is seen by rules and claims', async () => {
    const process = rehearsing({ report: ({ user }) => (user === 'www-data' ? 'isolated' : 'plain') })
    const isolation = process.isolation().setUser('www-data').setGroup('web').setEnvironment('inherit', { MODE: 'all' })
    assert.equal((await isolation.run('report')).output(), 'isolated')
    process.assertRan('report', { user: 'www-data', group: 'web', env: { MODE: 'all' } })
    assert.throws(() => process.assertRan('report', { user: 'root' }), /not as the condition says/)
  })

  test('what is said by the caller about an account counts', async () => {
    const process = rehearsing({ who: ({ env }) => `${env.HOME}` })
    assert.equal((await process.user('deploy').env({ HOME: '/elsewhere' }).run('who')).output(), '/elsewhere')
  })
})

test('what a rehearsal would start is the command itself, by a shell where it is text', () => {
  const process = rehearsing({ '*': 'ok' })
  const isolation = process.isolation({ nice: 3 })
  const nothing = { cgroup: [], watched: [], leftOut: {} }
  assert.deepEqual(isolation.plan(['a', 'b c']), { argv: ['a', 'b c'], ...nothing })
  assert.deepEqual(isolation.plan('a b'), { argv: ['/bin/sh', '-c', 'a b'], ...nothing })
  const inBash = process.command('a b').options({ shell: '/bin/bash' })
  assert.deepEqual(isolation.plan(inBash).argv, ['/bin/bash', '-c', 'a b'])
})

describe('limits of a rehearsed program', () => {
  test('memory is counted over the whole tree, and freed by those who end', async () => {
    const process = createProcess()
    const child = process
      .describe()
      .memory(60 * MEGABYTE)
      .after('1s')
    process.fake({
      'at once': process.describe().forks(child).forks(child).hangs(),
      'one after the other': process.describe().forks(child).after('2s').forks(child).after('2s'),
    })
    const limited = process.limits({ memory: '100MB' })
    await assert.rejects(limited.run('at once'), { code: 'ERR_PROCESS_OUT_OF_MEMORY', limit: 100 * MEGABYTE })
    assert.equal((await limited.run('one after the other')).successful(), true)
    assert.deepEqual(await process.processes.list(), [])
  })

  test('XCPU comes at the soft limit and each second after it, KILL at the hard one', async () => {
    const process = createProcess()
    const deaf = process.describe().answers('SIGXCPU', process.describe().output('again')).cpu(0.5).hangs()
    process.fake({ deaf })
    const result = await process.limits({ cpuTime: { soft: '2s', hard: '4s' } }).run('deaf')
    assert.deepEqual([result.lines(), result.signal(), result.durationMs], [['again', 'again'], 'SIGKILL', 8000])
  })

  test('a share that changes is counted as it was', async () => {
    const process = createProcess()
    process.fake({ busy: process.describe().cpu(1).after('1s').cpu(0).after('1h').cpu(0.1).hangs() })
    const result = await process.timeout('3h').limits({ cpuTime: '2s' }).run('busy')
    assert.deepEqual([result.signal(), result.durationMs], ['SIGXCPU', 1000 + 3_600_000 + 10_000])
  })

  test('a stopped process spends nothing', async () => {
    const process = createProcess()
    const fake = process.fake({ busy: process.describe().cpu(1).hangs() })
    const running = await process.forever().limits({ cpuTime: '2s' }).start('busy')
    await fake.advance('1s')
    running.signal('SIGSTOP')
    await fake.advance('1h')
    assert.equal(running.running(), true)
    running.signal('SIGCONT')
    await fake.advance(999)
    assert.equal(running.running(), true)
    await fake.advance(1)
    assert.equal((await running.wait()).signal(), 'SIGXCPU')
  })

  test('a fork too many ends the program with EAGAIN; one that has ended makes room', async () => {
    const process = createProcess()
    const child = process.describe().after('1s')
    process.fake({
      'at once': process.describe().forks(child).forks(child).exitCode(0),
      'one after the other': process.describe().forks(child).after('2s').forks(child).exitCode(0),
    })
    const limited = process.limits({ processes: 2 })
    const refused = await limited.run('at once')
    assert.deepEqual([refused.exitCode(), refused.errorOutput()], [1, 'Error: spawn EAGAIN\n'])
    assert.equal((await limited.run('one after the other')).exitCode(), 0)
  })

  test('a program that is a function writes only where it may, and not too much', async () => {
    const process = createProcess()
    process.fake(
      {
        writer: async ({ files, stdout }) => {
          await files.write('/data/small', 'x')
          for (const attempt of [
            () => files.write('/etc/motd', 'x'),
            () => files.write('/database', 'x'),
            () => files.write('/data/large', 'x'.repeat(11)),
            () => files.rename('/data/small', '/etc/small'),
            () => files.makeFolder('/data/folder'),
          ]) {
            await stdout.write(
              `${await attempt().then(
                () => 'done',
                (error) => error.code,
              )}\n`,
            )
          }
        },
      },
      { files: { '/data/.keep': '', '/etc/.keep': '' } },
    )
    const pending = process.isolate({ readOnly: { writable: ['/data'] }, limits: { fileSize: 10 } })
    assert.deepEqual((await pending.run('writer')).lines(), ['EROFS', 'EROFS', 'EFBIG', 'EROFS', 'done'])
  })

  test('a program that is a function reads everything, and adds, compresses and removes where it may', async () => {
    const process = createProcess()
    process.fake(
      {
        program: async ({ files, stdout }) => {
          const seen = [
            await files.readText('/etc/motd'),
            ...(await files.list('/etc')),
            (await files.read('/etc/motd')).length,
          ]
          await stdout.write(`${seen.join(' ')} ${(await files.stat('/etc/motd'))?.size}\n`)
          const log = await files.append('/data/log')
          const attempts: readonly (() => unknown)[] = [
            () => log.write(Buffer.alloc(60, 'x')),
            () => log.write(Buffer.alloc(41, 'x')),
            () => log.writeNow(Buffer.alloc(40, 'x')),
            () => log.writeNow(Buffer.alloc(1, 'x')),
            async () => (await log.stat()).size,
            () => log.close(),
            () => files.write('/data/log', 'x', { append: true }),
            () => files.append('/etc/log'),
            () => files.compress('/data/log', '/etc/log.gz'),
            () => files.compress('/data/log', '/data/log.gz'),
            () => files.rename('/etc/motd', '/data/motd'),
            () => files.rename('/data/log', '/data/kept'),
            () => files.remove('/etc/motd'),
            () => files.remove('/data/kept'),
          ]
          for (const attempt of attempts) await stdout.write(`${await becameOf(attempt)}\n`)
        },
      },
      { files: { '/data/.keep': '', '/etc/motd': 'hello' } },
    )
    const pending = process.isolate({ readOnly: { writable: ['/data'] }, limits: { fileSize: 100 } })
    const [seen, ...became] = (await pending.run('program')).lines()
    assert.equal(seen, 'hello motd 5 5')
    assert.deepEqual(became.slice(0, 7), ['60', 'EFBIG', '40', 'EFBIG', '100', 'done', 'EFBIG'])
    assert.deepEqual(became.slice(7), ['EROFS', 'EROFS', 'done', 'EROFS', 'done', 'EROFS', 'done'])
    assert.deepEqual(await process.files.list('/data'), ['.keep', 'log.gz'])
  })

  test('a file that has another name by now, and one that is compressed, are held to the same size', async () => {
    const process = createProcess()
    const noise = Uint8Array.from({ length: 200 }, (_, index) => (index * index * 7919) >> 3)
    process.fake(
      {
        program: async ({ files, stdout }) => {
          const log = await files.append('/data/log')
          await log.write(Buffer.alloc(60, 'x'))
          await files.rename('/data/log', '/data/old')
          const attempts = [
            () => log.writeNow(Buffer.alloc(41, 'x')),
            () => log.write(Buffer.alloc(41, 'x')),
            () => log.write(Buffer.alloc(40, 'x')),
            () => files.compress('/data/noise', '/data/noise.gz'),
            () => files.compress('/data/old', '/data/old.gz'),
          ]
          for (const attempt of attempts) await stdout.write(`${await becameOf(attempt)}\n`)
          await log.close()
        },
      },
      { files: { '/data/noise': noise } },
    )
    const limited = process.isolate({ limits: { fileSize: 100 } })
    assert.deepEqual((await limited.run('program')).lines(), ['EFBIG', 'EFBIG', '40', 'EFBIG', 'done'])
    assert.deepEqual(await process.files.list('/data'), ['noise', 'old', 'old.gz'])
  })

  test('the size of a file that output goes to is not for a rehearsal to tell', async () => {
    const process = rehearsing({ '*': 'ok' })
    const pending = process.limits({ fileSize: '1KB' })
    await assert.rejects(pending.command('a').pipe(pending.command('b')).pipeOutput('/tmp/out').run(), {
      code: 'ERR_NOT_FAKEABLE',
    })
  })
})

describe('a rehearsed machine that lacks something', () => {
  const lacks = { dieWithParent: 'no namespaces here', user: 'nobody else here' }

  test('refuses what it cannot meet, before anything starts', async () => {
    const process = rehearsing({ '*': 'ok' }, { lacks })
    for (const pending of [process.isolate({ dieWithParent: true }), process.isolate({ user: 'www-data' })]) {
      await assert.rejects(pending.run('x'), { code: 'ERR_PROCESS_ISOLATION' })
      await assert.rejects(pending.start('x'), { code: 'ERR_PROCESS_ISOLATION' })
    }
    const { dieWithParent, wholeTree } = process.isolation().capabilities()
    assert.deepEqual([dieWithParent, wholeTree], [lacks.dieWithParent, true])
  })

  test('leaves out what is only preferred, and says so', async () => {
    const process = rehearsing({ who: ({ user }) => `${user}` }, { lacks })
    const isolation = process.isolation({ user: 'www-data', dieWithParent: true }).prefer()
    assert.equal((await isolation.run('who')).output(), 'undefined')
    assert.deepEqual(isolation.plan('who').leftOut, lacks)
  })

  test('does not hold a program to a limit that is left out', async () => {
    const process = rehearsing({ greedy: Process.describe().memory('2GB') }, { lacks: { memory: 'no way to tell' } })
    const result = await process.isolate({ limits: { memory: '1GB' }, prefer: ['memory'] }).run('greedy')
    assert.equal(result.successful(), true)
  })

  test('is told of demands that were preferred and are insisted on later', async () => {
    const process = rehearsing({ '*': 'ok' }, { lacks })
    const preferred = process.isolate({ dieWithParent: true, prefer: ['dieWithParent'] })
    assert.equal((await preferred.run('x')).successful(), true)
    await assert.rejects(preferred.isolate({ dieWithParent: true }).run('x'), { code: 'ERR_PROCESS_ISOLATION' })
  })
})

/** What an attempt gives, or the code of its error. */
async function becameOf(attempt: () => unknown): Promise<string> {
  try {
    return String((await attempt()) ?? 'done')
  } catch (error) {
    return (error as { code: string }).code
  }
}
