import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { SystemDriver } from '../../src/driver/index.ts'
import { createProcess, type Demand, type IsolationOptions } from '../../src/index.ts'
import {
  AS_NOBODY,
  type Attempt,
  describeUnless,
  notLinux,
  REFUSED,
  root,
  type Told,
  tellOf,
  testUnless,
  whyNotAsNobody,
} from './attempts.ts'

const capabilities = new SystemDriver().isolation.capabilities()
const isolate = (options: IsolationOptions) => createProcess().isolate(options)
const nobody: IsolationOptions = { user: 'nobody' }

/** Registers a case that takes some demands. */
function needing(demands: readonly Demand[], title: string, body: () => Promise<void> | void): void {
  const missing = demands.find((demand) => capabilities[demand] !== true)
  testUnless(missing && `${missing}: ${capabilities[missing]}`, title, REFUSED, body)
}

const notRoot = notLinux ?? (root ? undefined : 'only root can hand over to others')
const asWhoever = 'the contract suite shows it of whoever runs it'
describeUnless(notRoot, 'root hands over to nobody', asWhoever, () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-isolation-'))
    chmodSync(folder, 0o755)
    copyFileSync('/usr/bin/id', join(folder, 'setuid-id'))
    chmodSync(join(folder, 'setuid-id'), 0o4755)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  needing(['umask'], 'none of its own groups are left, behind wrappers and without', () => {
    const attempts: Attempt[] = [nobody, { ...nobody, umask: 0o22 }].map((options) => ({ options, command: 'id -G' }))
    const [plain, wrapped] = tellOf(attempts, ['setpriv', '--groups=4,5,6', '--'])
    assert.deepEqual([plain?.out, wrapped?.out], ['65534\n', '65534\n'])
  })

  needing(
    ['umask'],
    'it begins in our own folder, also where it may not enter that, but in no other such one',
    async () => {
      const closed = mkdtempSync(join(folder, 'closed-'))
      const attempts: Attempt[] = [nobody, { ...nobody, umask: 0o22 }].map((options) => ({ options, command: 'id -u' }))
      const told = tellOf(attempts, [], closed)
      assert.deepEqual(
        told.map(({ out }) => out),
        ['65534\n', '65534\n'],
      )
      const message = `Cannot start "id": folder "${closed}": permission denied`
      await assert.rejects(isolate(nobody).path(closed).start(['id']), { code: 'ERR_PROCESS_START', message })
    },
  )

  needing(['noNewPrivileges'], 'a setuid program gains nothing', async () => {
    const command = [join(folder, 'setuid-id'), '-u']
    const [gained, kept] = [
      await isolate(nobody).run(command),
      await isolate({ ...nobody, noNewPrivileges: true }).run(command),
    ]
    assert.deepEqual([gained.output(), kept.output()], ['0\n', '65534\n'])
  })

  needing(['noNewPrivileges'], 'no capability is left to it', async () => {
    const result = await isolate({ ...nobody, noNewPrivileges: true }).run(
      'grep -E "^Cap(Inh|Prm|Eff|Amb)" /proc/self/status',
    )
    assert.deepEqual(
      result.lines().map((line) => line.split('\t')[1]),
      Array.from({ length: 4 }, () => '0'.repeat(16)),
    )
  })

  test('its environment is the clean one, with the home of nobody', async () => {
    const result = await isolate({ ...nobody, environment: 'clean' })
      .env({ GIVEN: 'yes' })
      .run(['env'])
    const names = result.lines().map((line) => line.split('=')[0])
    assert.deepEqual(names.toSorted(), ['GIVEN', 'HOME', 'LOGNAME', 'PATH', 'SHELL', 'USER'])
    assert.match(result.output(), /^HOME=\/nonexistent$/m)
  })

  test('what is inherited says nothing of our account', async () => {
    const result = await isolate(nobody).run('echo "$HOME $USER $LOGNAME $MAIL"')
    assert.equal(result.output(), '/nonexistent nobody nobody \n')
  })

  needing(['umask'], 'a library that it is to load is loaded by no wrapper before it', async () => {
    const pending = isolate({ ...nobody, umask: 0o22 }).env({ LD_PRELOAD: '/no/such/library.so' })
    const result = await pending.run(['true'])
    assert.equal(result.errorOutput().match(/cannot be preloaded/g)?.length, 1)
  })

  test('a folder or a program that nobody may reach refuses the start', async () => {
    chmodSync(folder, 0o700)
    try {
      for (const umask of [undefined, 0o22]) {
        const pending = isolate({ ...nobody, ...(umask === undefined ? {} : { umask }) })
        const inside = await pending.path(folder).run(['true'])
        const program = await pending.run([join(folder, 'setuid-id')])
        assert.deepEqual([inside.outcome, program.outcome], Array(2).fill({ kind: 'notStarted', errno: 'EACCES' }))
      }
    } finally {
      chmodSync(folder, 0o755)
    }
  })

  test('an id without an account needs a group, and does not get that of root', async () => {
    await assert.rejects(isolate({ user: 54_321 }).start(['id']), {
      code: 'ERR_PROCESS_START',
      message: 'Cannot start "id": user 54321 has no group here: say which it is to have',
    })
    const result = await isolate({ user: 54_321, group: 12 }).run('id -u; id -g; echo $HOME')
    assert.deepEqual(result.lines(), ['54321', '12', '/'])
  })

  test('a user or group that nobody knows refuses the start, behind wrappers as well', async () => {
    for (const options of [
      { user: 'nobody-like-that' },
      { group: 'no-such-group' },
      { supplementaryGroups: ['no-such-group'] },
    ]) {
      await assert.rejects(isolate({ ...options, nice: 19 }).start(['id']), {
        code: 'ERR_PROCESS_START',
        errno: 'EINVAL',
      })
    }
  })

  needing(['openFiles'], 'a limit of open files bites, and cannot be raised', async () => {
    const pending = isolate({ ...nobody, limits: { openFiles: 8 } })
    const result = await pending.run('ulimit -n; exec 3</dev/null 7<&3 6<&3 5<&3 4<&3; cat /dev/null; ulimit -n 9')
    assert.equal(result.output(), '8\n')
    assert.match(result.errorOutput(), /cannot open shared object file.*error setting limit/s)
  })

  needing(['processes'], 'a limit of processes bites, of whatever enforces it', async () => {
    const forks = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3 & done; wait'
    for (const cgroup of [undefined, false] as const) {
      const own = createProcess({ driver: new SystemDriver(cgroup === undefined ? {} : { cgroup }) })
      // An id that nobody else uses: where no cgroup counts, all of a user's processes are.
      const pending = own.isolate({ user: 54_322, group: 54_322, limits: { processes: 5 } })
      assert.match((await pending.run(forks)).errorOutput(), /[Cc]annot fork/)
    }
  })

  needing(['readOnly', 'dieWithParent', 'privateNetwork'], 'everything at once', async () => {
    const options: IsolationOptions = {
      ...nobody,
      environment: 'clean',
      limits: { memory: '200MB', processes: 50, openFiles: 100, cpuTime: '10s', core: 0 },
      nice: 5,
      umask: 0o77,
      noNewPrivileges: true,
      dieWithParent: true,
      privateNetwork: true,
      readOnly: { writable: [folder] },
    }
    chmodSync(folder, 0o777)
    const script = `touch /var/tmp/denied; echo x > ${folder}/made; stat -c %a ${folder}/made; nice; ulimit -n; id -un; tail -n +3 /proc/net/dev | wc -l; ls /proc | grep -c '^[0-9]'`
    const result = await isolate(options).run(script)
    assert.match(result.errorOutput(), /Read-only file system/)
    const [mode, nice, files, name, interfaces, processes] = result.lines()
    assert.deepEqual([mode, nice, files, name, interfaces], ['600', '5', '100', 'nobody', '1'])
    assert(Number(processes) < 10, `it sees ${processes} processes`)
  })
})

describeUnless(notLinux, 'the program of an isolated command', REFUSED, () => {
  test('is found on our own PATH, and not on that of the process to be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-path-'))
    try {
      for (const name of ['id', 'rehearsal-planted']) {
        copyFileSync('/bin/false', join(folder, name))
      }
      const pending = isolate({ nice: 19 }).env({ PATH: folder })
      assert.equal((await pending.run(['id', '-u'])).output(), `${process.getuid?.()}\n`)
      assert.deepEqual((await pending.run(['rehearsal-planted'])).outcome, { kind: 'notStarted', errno: 'ENOENT' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('is nowhere where an element of our PATH is empty or relative', async () => {
    const { PATH } = process.env
    process.env.PATH = `:.:test/fixtures:${PATH}`
    try {
      assert.deepEqual((await isolate({ nice: 19 }).run(['isolated-runs.ts'])).outcome, {
        kind: 'notStarted',
        errno: 'ENOENT',
      })
    } finally {
      process.env.PATH = PATH
    }
  })
})

describeUnless(notLinux, 'descriptors that Node was born with', REFUSED, () => {
  test('reach a plain child above the first gap, and no isolated one', () => {
    const command = 'readlink /proc/self/fd/200'
    const attempts: Attempt[] = [
      { options: {}, command },
      { options: { nice: 19 }, command },
      { options: root ? nobody : { umask: 0o22 }, command },
    ]
    const told = tellOf(attempts, ['bash', '-c', 'exec 200</etc/hosts 150</etc/passwd; exec "$@"', 'bash'])
    assert.deepEqual(
      told.map(({ out }) => out),
      ['/etc/hosts\n', '/dev/null\n', '/dev/null\n'],
    )
  })
})

describeUnless(notLinux ?? whyNotAsNobody(), 'nobody', asWhoever, () => {
  const attempts = {
    limits: { options: { limits: { openFiles: 20, cpuTime: '9s' } }, command: 'ulimit -n; ulimit -t' },
    rights: {
      options: { noNewPrivileges: true, nice: 7, umask: 0o77 },
      command: 'nice; umask; grep NoNew /proc/self/status',
    },
    memory: {
      options: { limits: { memory: '60MB' } },
      command: 'head -c 200000000 /dev/zero | tail -c 150000000 | sleep 10',
    },
    raised: { options: { limits: { openFiles: 2_000_000 } }, command: 'true' },
    urgent: { options: { nice: -5 }, command: 'true' },
    groups: { options: { supplementaryGroups: [] }, command: 'true' },
    root: { options: { user: 'root' }, command: 'id' },
    wrappedRoot: { options: { user: 'root', nice: 7 }, command: 'id' },
    itself: { options: { user: 'nobody', nice: 7 }, command: 'id -un; echo $HOME' },
    preferred: { options: { user: 'root', nice: -5, supplementaryGroups: [], prefer: true }, command: 'id -un; nice' },
  } satisfies Record<string, Attempt>
  const told = {} as Record<keyof typeof attempts, Told>
  beforeAll(() => {
    const all = tellOf(Object.values(attempts), AS_NOBODY)
    for (const [index, name] of Object.keys(attempts).entries())
      told[name as keyof typeof attempts] = all[index] as Told
  })

  test('limits what it starts', () => assert.equal(told.limits.out, '20\n9\n'))

  test('gives up rights', () => assert.equal(told.rights.out, '7\n0077\nNoNewPrivs:\t1\n'))

  test('has memory watched, where it can make no cgroup', () =>
    assert.equal(told.memory.error, 'ProcessOutOfMemoryError'))

  test('cannot raise a limit above its own, and is told so before anything starts', () => {
    assert.deepEqual(
      [told.raised.error, told.raised.message],
      [
        'IsolationError',
        'Cannot isolate "true": wrappers: prlimit: failed to set the NOFILE resource limit: Operation not permitted',
      ],
    )
  })

  test('cannot come before others, nor change groups', () => {
    assert.equal(told.urgent.message, 'Cannot isolate "true": nice: only root may come before others')
    assert.equal(told.groups.message, 'Cannot isolate "true": supplementaryGroups: only root may change groups')
  })

  test('cannot become somebody else', () => {
    for (const { outcome } of [told.root, told.wrappedRoot])
      assert.deepEqual(outcome, { kind: 'notStarted', errno: 'EPERM' })
  })

  test('can stay itself', () => assert.equal(told.itself.out, 'nobody\n/nonexistent\n'))

  test('gets what can be had where all is only preferred', () => assert.equal(told.preferred.out, 'nobody\n0\n'))
})

describeUnless(notLinux, 'cgroups', REFUSED, () => {
  const driver = new SystemDriver()
  const isolation = createProcess({ driver }).isolation({ limits: { memory: '1GB' }, wholeTree: true, prefer: true })
  const files = isolation.plan(['true']).argv.filter((word) => word.endsWith('/cgroup.procs'))

  const noCgroup = files.length === 0 ? 'none can be made here' : undefined
  const namespace = 'dying-with-parent.test.ts shows a tree without one'
  testUnless(noCgroup, 'are taken away with their process', namespace, async () => {
    const folders = files.map((file) => dirname(dirname(file)))
    await isolation.run('setsid sleep 60 &')
    const ours = () =>
      folders.flatMap((folder) => readdirSync(folder).filter((name) => name.includes(`-${process.pid}-`)))
    for (let look = 0; ours().length > 0 && look < 50; look++) await driver.clock.sleep(20)
    assert.deepEqual(ours(), [])
  })
})
