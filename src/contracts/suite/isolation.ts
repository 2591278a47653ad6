import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { basename } from 'node:path'
import { IsolationError } from '../../isolation-error.ts'
import type { IsolationOptions } from '../../isolation-options.ts'
import { isolated } from '../../layers/isolated.ts'
import { createProcess } from '../../process.ts'
import { withFolder } from './folder.ts'
import type { Topic } from './harness.ts'
import { refused, told } from './isolated.ts'
import { rejection } from './rejection.ts'
import { startsNothing } from './starts-nothing.ts'

/** How a process is kept apart from the rest of the machine. */
export const isolation: Topic = {
  name: 'isolation',
  cases(fact) {
    fact('of a clean environment a process gets what every program needs, and nothing else', async (stage) => {
      const env = { REHEARSAL_SECRET: 'secret', LANG: 'C' }
      await withVariables(env, async () => {
        const options: IsolationOptions = { environment: 'clean' }
        assert.deepEqual(await told(stage, options, ['env:REHEARSAL_SECRET', 'env:LANG', 'env:PATH']), [
          ...['', ''],
          process.env.PATH,
        ])
      })
    })

    fact('variables are let through by name, and others are added', async (stage) => {
      await withVariables({ REHEARSAL_SECRET: 'secret', REHEARSAL_OPEN: 'open' }, async () => {
        const environment = { from: ['REHEARSAL_O*'], variables: { ADDED: 'yes' } }
        const names = ['env:REHEARSAL_SECRET', 'env:REHEARSAL_OPEN', 'env:ADDED'] as const
        assert.deepEqual(await told(stage, { environment }, names), ['', 'open', 'yes'])
      })
    })

    fact('a process starts in the folder of its isolation', (stage) =>
      withFolder(stage, async (folder) => {
        const [cwd = ''] = await told(stage, { workingDirectory: folder }, ['cwd'])
        assert.equal(basename(cwd), basename(folder))
      }),
    )

    fact(
      'a user brings its home and its names, whatever was inherited',
      (stage) =>
        withVariables({ HOME: '/elsewhere', USER: 'somebody', LOGNAME: 'somebody' }, async () => {
          const { username, uid, gid, homedir } = userInfo()
          const names = ['user', 'group', 'env:HOME', 'env:USER', 'env:LOGNAME'] as const
          const expected = [String(uid), String(gid), homedir, username, username]
          assert.deepEqual(await told(stage, { user: username }, names), expected)
          assert.deepEqual(await told(stage, { user: uid, environment: 'clean' }, names), expected)
        }),
      refused('isolation', { user: userInfo().username, nice: 19 }),
    )

    fact(
      'a process that is to be in no other groups is in none',
      async (stage) => {
        const [group, groups] = await told(stage, { supplementaryGroups: [] }, ['group', 'groups'])
        assert.equal(groups, group)
      },
      refused('supplementaryGroups', { supplementaryGroups: [] }),
    )

    fact(
      'a process is in the other groups that it is given',
      async (stage) => {
        const [groups = ''] = await told(stage, { supplementaryGroups: [54_321] }, ['groups'])
        assert(groups.split(' ').includes('54321'), `the groups are ${groups}`)
      },
      refused('supplementaryGroups', { supplementaryGroups: [54_321] }),
    )

    fact(
      'the umask is that of the isolation',
      async (stage) => assert.deepEqual(await told(stage, { umask: 0o137 }, ['umask']), [String(0o137)]),
      refused('umask', { umask: 0o137 }),
    )

    fact(
      'a nice value is that of the isolation',
      async (stage) => assert.deepEqual(await told(stage, { nice: 19 }, ['nice']), ['19']),
      refused('nice', { nice: 19 }),
    )

    fact(
      'a process without new privileges runs as any other',
      async (stage) =>
        assert.deepEqual(await told(stage, { noNewPrivileges: true }, ['umask']), await told(stage, {}, ['umask'])),
      refused('noNewPrivileges', { noNewPrivileges: true }),
    )

    fact('what is only preferred keeps no process from starting', async (stage) => {
      const all: IsolationOptions = { noNewPrivileges: true, privateNetwork: true, umask: 0o77, nice: 19, prefer: true }
      assert.equal((await stage.process.isolate(all).run(stage.actor({ exit: 7 }))).exitCode(), 7)
    })

    fact('a program that is not there is told by its errno, whatever it is behind', async (stage) => {
      for (const errno of ['ENOENT', 'EACCES'] as const) {
        const pending = stage.process.isolate({ umask: 0o77, nice: 19, prefer: true })
        const { outcome } = await pending.run(stage.actor({ failToStart: errno }))
        assert.deepEqual(outcome, { kind: 'notStarted', errno })
      }
    })

    fact(
      'a plan ends with the command, and starts nothing',
      (stage) =>
        startsNothing(stage, async () => {
          const [program = '', ...args] = stage.actor({ exit: 0 })
          const plan = stage.process.isolation({ umask: 0o77, prefer: true }).plan([program, ...args])
          assert.deepEqual(plan.argv.slice(-args.length), args)
          assert.equal(basename(plan.argv.at(-args.length - 1) ?? ''), basename(program))
        }),
      {
        needs: 'isolation',
        otherwise: 'it is refused',
        twin: async (stage) => assert.throws(() => stage.process.isolation().plan('x'), IsolationError),
      },
    )

    fact(
      'a layer isolates what is started through it, and the stricter of two demands holds',
      async (stage) => {
        const process = createProcess({ driver: isolated(stage.driver, { umask: 0o7, nice: 5 }) })
        const pending = process.isolate({ umask: 0o70, nice: 1 })
        const result = await pending.run(stage.actor({ tell: 'umask' }, { tell: 'nice' }))
        assert.deepEqual(result.lines(), [String(0o77), '5'])
      },
      {
        needs: 'isolation',
        otherwise: 'it refuses what it cannot isolate',
        async twin(stage) {
          const process = createProcess({ driver: isolated(stage.driver, { umask: 0o7 }) })
          await rejection(IsolationError, process.start(stage.actor({ hang: true })))
        },
      },
    )
  },
}

/** Gives the caller's own process other variables for as long as a case takes. */
async function withVariables(variables: Readonly<Record<string, string>>, body: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    await body()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
