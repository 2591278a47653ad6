import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { rehearsed } from './rehearsed.ts'

const describeProgram = () => createProcess().describe()

describe('around a run', () => {
  test('reactions happen in the order in which they were said, each for its own end', async () => {
    const seenOf = async (command: string) => {
      const { scheduler, workFor } = rehearsed({ good: 'fine', bad: createProcess().result('out', 'err', 3) })
      const seen: string[] = []
      scheduler
        .daily(command, '1:00')
        .onSuccess(() => seen.push('success'))
        .before(({ task, dueAt }) => seen.push(`before ${task} ${dueAt.toISOString()}`))
        .before(() => seen.push('before 2'))
        .after(({ exitCode, successful, output }) => seen.push(`after ${exitCode} ${successful} ${output}`))
        .onFailure(({ result }) => seen.push(`failure ${result?.errorOutput()}`))
        .after(() => seen.push('after 2'))
      await workFor('2h')
      return seen
    }
    const beginning = (task: string) => [`before ${task} 2026-01-01T01:00:00.000Z`, 'before 2']
    assert.deepEqual(await seenOf('good'), [...beginning('good'), 'success', 'after 0 true fine', 'after 2'])
    assert.deepEqual(await seenOf('bad'), [...beginning('bad'), 'after 3 false outerr', 'failure err', 'after 2'])
  })

  test('output goes to those who ask for it, only where there is some if they so wish', async () => {
    const { scheduler, workFor } = rehearsed({ loud: 'noise', silent: '', broken: 1 })
    const seen: string[] = []
    for (const command of ['loud', 'silent', 'broken']) {
      scheduler
        .daily(command, '1:00')
        .thenWithOutput((output) => seen.push(`${command} then "${output}"`))
        .onSuccessWithOutput((output) => seen.push(`${command} success "${output}"`), true)
        .onFailureWithOutput((output) => seen.push(`${command} failure "${output}"`))
    }
    await workFor('2h')
    assert.deepEqual(seen.sort(), [
      'broken failure ""',
      'broken then ""',
      'loud success "noise"',
      'loud then "noise"',
      'silent then ""',
    ])
  })

  test('a before that throws keeps the task from starting', async () => {
    const { process, scheduler, workFor } = rehearsed()
    let after = false
    const task = scheduler.daily('x', '1:00').withoutOverlapping()
    task.before(() => Promise.reject(new Error('not today')))
    task.after(() => {
      after = true
    })
    await workFor('2h')
    process.assertNothingRan()
    const [run] = await scheduler.history()
    assert.deepEqual([run?.outcome, run?.reason, run?.attempts, after], ['failed', 'not today', 0, false])
    assert.notEqual(await scheduler.store.acquire(task.id, 1000), undefined)
  })

  test('an after that throws is reported, and the others happen all the same', async () => {
    const { scheduler, workFor, errors } = rehearsed()
    let second = false
    const task = scheduler.daily('x', '1:00').withoutOverlapping()
    task.after(() => {
      throw new Error('on purpose')
    })
    task.after(() => {
      second = true
    })
    await workFor('2h')
    assert.deepEqual([errors, second, (await scheduler.history())[0]?.outcome], [['on purpose'], true, 'succeeded'])
    assert.notEqual(await scheduler.store.acquire(task.id, 1000), undefined)
  })

  test('both streams go to a file as they come, which each run begins anew', async () => {
    const program = describeProgram().output('out').errorOutput('err').after('10m').output('end')
    const { fake, scheduler } = rehearsed(program)
    await fake.files.write('/tmp/log', 'from before')
    scheduler.command('x').hourly().sendOutputTo('/tmp/log')
    const work = scheduler.work()
    await fake.advance('65m')
    assert.equal(await fake.files.readText('/tmp/log'), 'out\nerr\n')
    await fake.advance('1h')
    await scheduler.stop()
    await work
    assert.equal(await fake.files.readText('/tmp/log'), 'out\nerr\nend\n')
  })

  test('or after what earlier runs have written', async () => {
    const { fake, scheduler, workFor } = rehearsed('line\n')
    scheduler.command('x').hourly().appendOutputTo('/tmp/log')
    scheduler.command('y').hourly().sendOutputTo('/tmp/other', true)
    scheduler.command('z').hourly().sendOutputTo('/tmp/third', { append: true })
    await workFor('2h')
    for (const name of ['log', 'other', 'third'])
      assert.equal(await fake.files.readText(`/tmp/${name}`), 'line\nline\n')
  })

  test('in the order in which they come, however slowly they are written', async () => {
    const { fake, scheduler, workFor } = rehearsed(
      describeProgram().output('1').after('1s').output('2').after('1s').output('3'),
    )
    const write = fake.files.write.bind(fake.files)
    let pause = 3000
    fake.files.write = async (...all) => {
      pause -= 1000
      await fake.driver.clock.sleep(pause + 1000)
      return write(...all)
    }
    scheduler.daily('x', '1:00').sendOutputTo('/tmp/log')
    await workFor('2h')
    assert.equal(await fake.files.readText('/tmp/log'), '1\n2\n3\n')
  })

  test('a file that cannot be written is reported, and the command runs all the same', async () => {
    const { process, scheduler, workFor, errors } = rehearsed()
    scheduler.daily('x', '1:00').sendOutputTo('/nowhere/log')
    await workFor('2h')
    process.assertRan('x')
    assert.match(errors.join(), /ENOENT/)
  })
})

describe('a run', () => {
  test('of a command has no time limit, and keeps the end of what it writes', async () => {
    const program = describeProgram().output('x'.repeat(3_000_000)).after('30h').output('end')
    const { scheduler, workFor } = rehearsed(program)
    let output = ''
    scheduler.daily('x', '1:00').thenWithOutput((all) => {
      output = all
    })
    await workFor('2h')
    assert.deepEqual([(await scheduler.history())[0]?.outcome, output.length], ['succeeded', 1024 * 1024])
    assert(output.endsWith('end\n'))
  })

  test('is stopped at its time limit', async () => {
    const { scheduler, workFor } = rehearsed(describeProgram().hangs())
    scheduler.daily('x', '1:00').timeout('5m')
    await workFor('2h')
    const [run] = await scheduler.history()
    assert.deepEqual([run?.outcome, run?.reason], ['failed', 'Command timed out: x: still running after 300000 ms'])
    assert.equal((run?.endedAt ?? 0) - (run?.startedAt ?? 0), 300_000)
  })

  test('is stopped when it has been silent for too long', async () => {
    const { scheduler, workFor } = rehearsed(describeProgram().output('one').hangs())
    scheduler.daily('x', '1:00').idleTimeout('5m')
    await workFor('2h')
    assert.match((await scheduler.history())[0]?.reason ?? '', /no output for 300000 ms/)
  })

  test('is tried again until it succeeds', async () => {
    const answers = createProcess().sequence([1, 2, 'ok'])
    const { scheduler, workFor, times } = rehearsed({ x: answers })
    scheduler.daily('x', '1:00').retry(5, { delay: (attempt) => attempt * 60_000 })
    await workFor('2h')
    const [run] = await scheduler.history()
    assert.deepEqual(times('x'), ['01:00', '01:01', '01:03'])
    assert.deepEqual([run?.outcome, run?.attempts, run?.exitCode], ['succeeded', 3, 0])
  })

  test('that fails to the end has failed once', async () => {
    const { scheduler, workFor, times } = rehearsed({ x: 7 })
    let failures = 0
    scheduler
      .daily('x', '1:00')
      .retry(2)
      .onFailure(() => failures++)
    await workFor('2h')
    const [run] = await scheduler.history()
    assert.deepEqual(times('x'), ['01:00', '01:00'])
    assert.deepEqual([run?.outcome, run?.reason, run?.attempts, failures], ['failed', 'exit code 7', 2, 1])
  })

  test('of a program that does not exist has failed', async () => {
    const { scheduler, workFor, errors } = rehearsed({ 'x *': describeProgram().failsToStart() })
    scheduler.daily(['x', 'y'], '1:00')
    await workFor('2h')
    const [run] = await scheduler.history()
    assert.deepEqual([run?.outcome, run?.exitCode, errors], ['failed', 127, []])
    assert.equal(run?.reason, 'Cannot start "x": file not found in PATH')
  })

  test('of a command that the rehearsal does not know has failed, and the scheduler goes on', async () => {
    const { scheduler, workFor, times } = rehearsed({ known: 'ok' })
    scheduler.command('unknown').hourly()
    scheduler.command('known').hourly()
    await workFor('2h')
    assert.match((await scheduler.history('unknown'))[0]?.reason ?? '', /"?unknown"?/)
    assert.deepEqual(times('known'), ['01:00', '02:00'])
  })

  test('waits a random part of its jitter, the same for the same seed', async () => {
    const delays = await Promise.all([1, 1, 2].map(jitters))
    assert.deepEqual(delays[0], delays[1])
    assert.notDeepEqual(delays[0], delays[2])
    for (const delay of delays.flat()) assert(delay >= 0 && delay < 600_000)
    assert(new Set(delays[0]).size > 5)
  })

  test('as another user goes through sudo, and is known by its command', async () => {
    const { process, scheduler, workFor } = rehearsed()
    scheduler.daily('a && b', '1:00').user('ada')
    scheduler.daily(['c', 'd e'], '1:00').user('ada')
    await workFor('2h')
    process.assertRan(['sudo', '-n', '-u', 'ada', '--', 'sh', '-c', 'a && b'])
    process.assertRan(['sudo', '-n', '-u', 'ada', '--', 'c', 'd e'])
    scheduler.assertRanAt('a && b', '2026-01-01T01:00:00Z')
    assert.equal((await scheduler.history('a && b'))[0]?.outcome, 'succeeded')
  })

  test('of a pending process is as that describes it', async () => {
    const { process, scheduler, workFor } = rehearsed(({ cwd, env, input }) => `${cwd} ${env.A} ${input}`)
    scheduler.daily(process.path('/tmp').env({ A: '1' }).input('in').command('x'), '1:00')
    await workFor('2h')
    assert.equal(process.recorded()[0]?.output, '/tmp 1 in')
    process.assertInput('x', 'in')
  })

  test('of a pending process is tried again as that says', async () => {
    const { process, scheduler, workFor, times } = rehearsed({ x: createProcess().sequence([1, 1, 2]) })
    const when = (result: { exitCode(): number | null }) => result.exitCode() === 1
    scheduler.daily(process.retry(5, { delay: '1m', when }).command('x'), '1:00')
    await workFor('2h')
    assert.deepEqual(times('x'), ['01:00', '01:01', '01:02'])
  })

  test('of a command without an input reads end-of-file', async () => {
    const { process, scheduler, workFor } = rehearsed(describeProgram().reads('all').output('read'))
    scheduler.daily('x', '1:00')
    await workFor('2h')
    assert.equal(process.recorded()[0]?.output, 'read\n')
  })
})

describe('a closure', () => {
  test('has succeeded unless it throws or gives false', async () => {
    const { scheduler, workFor } = rehearsed()
    scheduler
      .call(() => undefined)
      .name('nothing')
      .dailyAt('1:00')
    scheduler
      .call(async () => false)
      .name('false')
      .dailyAt('1:00')
    scheduler
      .call(() => Promise.reject(new Error('on purpose')))
      .name('throws')
      .dailyAt('1:00')
    await workFor('2h')
    const outcomes = (await scheduler.history()).map(({ task, outcome, reason }) => [task, outcome, reason])
    assert.deepEqual(outcomes.sort(), [
      ['false', 'failed', 'exit code 1'],
      ['nothing', 'succeeded', undefined],
      ['throws', 'failed', 'on purpose'],
    ])
  })

  test('hears that its time is up, and is not waited for', async () => {
    const { fake, scheduler } = rehearsed()
    let aborted = false
    const forever = ({ signal }: { signal: AbortSignal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
      })
    scheduler.call(forever).name('forever').dailyAt('1:00').timeout('5m')
    const work = scheduler.work()
    await fake.advance('2h')
    await scheduler.stop()
    await work
    const [run] = await scheduler.history()
    assert.deepEqual([aborted, run?.outcome, run?.reason], [true, 'failed', 'still running after 300000 ms'])
  })
})

describe('by hand', () => {
  test('run() runs what is due in this minute, once', async () => {
    const { process, fake, scheduler } = rehearsed()
    scheduler.command('hourly').hourly()
    scheduler.command('half').hourlyAt(30)
    scheduler.command('often').everyTwentySeconds()
    await fake.advance('1h')
    await fake.advance('45s')
    assert.deepEqual(
      (await scheduler.run()).map(({ dueAt }) => new Date(dueAt).toISOString()),
      ['2026-01-01T01:00:00.000Z', '2026-01-01T01:00:40.000Z'],
    )
    process.assertRanInOrder(['hourly', 'often'])
    assert.deepEqual(await scheduler.run(), [])
    await fake.advance('29m')
    assert.equal((await scheduler.run()).length, 1)
    await fake.advance('45s')
    assert.equal((await scheduler.run()).length, 3)
    process.assertRanTimes('half', 1).assertRanTimes('hourly', 1)
  })

  for (const [word, times] of [
    ['everySecond', 60],
    ['everyTwoSeconds', 30],
    ['everyFiveSeconds', 12],
    ['everyTenSeconds', 6],
    ['everyFifteenSeconds', 4],
    ['everyTwentySeconds', 3],
    ['everyThirtySeconds', 2],
  ] as const) {
    test(`run() covers the whole minute: ${word} runs ${times} times in it`, async () => {
      const { process, fake, scheduler } = rehearsed()
      scheduler.command('x')[word]()
      assert.equal((await scheduler.run()).length, times)
      process.assertRanTimes('x', times)
      assert.equal(fake.now().getUTCMinutes(), 0)
    })
  }

  test('run() runs each at its own second, and waits for none where none is due any more', async () => {
    const { fake, scheduler, times } = rehearsed()
    scheduler.command('a').dailyAt('0:00:45')
    scheduler.command('b').everyThirtySeconds()
    scheduler.command('c')
    scheduler.command('d').dailyAt('0:01:00')
    await fake.advance('5s')
    await scheduler.run()
    assert.deepEqual(['a', 'b', 'c', 'd'].map(times), [['00:00:45'], ['00:00:05', '00:00:30'], ['00:00:05'], []])
    assert.equal(fake.now().getUTCSeconds(), 45)
  })

  test('run() of two machines does each second of a minute once', async () => {
    const { process, scheduler } = rehearsed()
    const other = process.scheduler({ timezone: 'UTC', store: scheduler.store })
    for (const one of [scheduler, other]) one.command('x').everySecond().onOneServer()
    await Promise.all([scheduler.run(), other.run()])
    process.assertRanTimes('x', 60)
  })

  test('run() begins nothing more of its minute once it is stopped', async () => {
    const { process, fake, scheduler } = rehearsed()
    scheduler.call(() => void (fake.now().getUTCSeconds() === 30 && scheduler.stop())).everySecond()
    scheduler.command('x').everySecond()
    await scheduler.run()
    process.assertRanTimes('x', 30)
    assert.equal(fake.now().getUTCSeconds(), 30)
  })

  test('run() is in maintenance for the rest of the minute once it is, but for those that do not mind', async () => {
    const seconds = () => fake.now().getUTCSeconds()
    const { process, fake, scheduler } = rehearsed('ok', { maintenance: () => seconds() >= 30 && seconds() < 40 })
    scheduler.command('x').everySecond()
    scheduler.command('y').everySecond().evenInMaintenanceMode()
    await scheduler.run()
    process.assertRanTimes('x', 30).assertRanTimes('y', 60)
  })

  test('run() asks conditions, and whether all is paused, at every second', async () => {
    const { process, fake, scheduler } = rehearsed()
    const even = () => fake.now().getUTCSeconds() % 2 === 0
    scheduler.command('even').everySecond().when(even)
    scheduler.command('x').everySecond()
    scheduler.command('y').everySecond().evenWhenPaused()
    scheduler
      .call(() => scheduler.pause())
      .dailyAt('0:00:29')
      .name('pause')
    await scheduler.run()
    process.assertRanTimes('x', 30).assertRanTimes('y', 60).assertRanTimes('even', 15)
  })

  test('run() waits for slots and tasks', async () => {
    const { process, fake, scheduler } = rehearsed(describeProgram().after('10m'), { concurrency: 1 })
    for (const name of ['a', 'b', 'c']) scheduler.command(name)
    assert.equal(
      (await scheduler.run()).every(({ outcome }) => outcome === 'succeeded'),
      true,
    )
    process.assertRanInOrder(['a', 'b', 'c'])
    assert.equal(fake.now().toISOString(), '2026-01-01T00:30:00.000Z')
  })

  test('test() runs a task whatever its constraints say', async () => {
    const { process, scheduler } = rehearsed()
    scheduler.command('x').yearly().when(false).name('rarely')
    assert.equal((await scheduler.test('rarely')).outcome, 'succeeded')
    await scheduler.test('x')
    process.assertRanTimes('x', 2)
    await assert.rejects(scheduler.test('y'), { code: 'ERR_BAD_SCHEDULE', message: /called "y": there is none/ })
    scheduler.command('x').daily()
    await assert.rejects(scheduler.test('x'), { message: /there are 2, give it a name/ })
  })
})

async function jitters(seed: number): Promise<number[]> {
  const process = createProcess()
  return process.fake('ok', { seed }, async (fake) => {
    const scheduler = process.scheduler({ timezone: 'UTC' })
    scheduler.command('x').hourly().jitter('10m')
    const work = scheduler.work()
    await fake.advance('10h')
    await fake.advance('10m')
    await scheduler.stop()
    await work
    return process.recorded().map(({ startedAt }) => startedAt % 3_600_000)
  })
}
