import assert from 'node:assert/strict'
import { basename, join } from 'node:path'
import type { Scenario, StartFailure } from '../scenario.ts'
import { actorText } from './actor-command.ts'
import { withFolder } from './folder.ts'
import { commandFor, type Stage, type Topic } from './harness.ts'
import { READY, ready } from './readiness.ts'
import { startsNothing } from './starts-nothing.ts'

/** Quotes, what a shell would expand or take as an end, line ends, and more than ASCII. */
const TRICKY = `'one' "two" \`three\` \\four $HOME $(id) * ? ~ ; & | > # !\n\tfünf 六 🚀\r\n`
const REFUSALS: readonly StartFailure[] = ['ENOENT', 'EACCES', 'E2BIG']

/** How a process comes to be, and how it does not. */
export const start: Topic = {
  name: 'start',
  cases(fact) {
    fact('a process runs as its caller, and as the user that it is given', async (stage) => {
      const own = String(process.getuid?.() ?? '')
      const plain = await stage.process.run(stage.actor({ tell: 'user' }))
      const given = await stage.process.user(Number(own)).run(stage.actor({ tell: 'user' }))
      assert.deepEqual([plain.lines(), given.lines()], [[own], [own]])
    })

    fact('a started process is in the process table under its pid', async (stage) => {
      const { pid } = await stage.start([{ hang: true }])
      assert(Number.isSafeInteger(pid) && pid > 0, `${pid} is to be a positive whole number`)
      assert.equal((await stage.driver.processes.find(pid))?.pid, pid)
      assert.equal(await stage.driver.processes.isRunning(pid), true)
    })

    fact('twenty processes that are started at once have twenty pids', async (stage) => {
      const handles = await Promise.all(Array.from({ length: 20 }, () => stage.start([{ hang: true }])))
      assert.equal(new Set(handles.map(({ pid }) => pid)).size, 20)
    })

    fact('two processes run at the same time', async (stage) => {
      const both = await Promise.all([1, 2].map(() => ready(stage, [READY, { hang: true }])))
      for (const { handle } of both) assert.equal(await stage.driver.processes.isRunning(handle.pid), true)
    })

    fact('an argument arrives as it was given, whatever it holds', async (stage) => {
      const result = await stage.process.run(stage.actor({ write: 'out', data: TRICKY }))
      assert.equal(result.output(), TRICKY)
    })

    fact('text goes through the shell, which undoes the quotes', async (stage) => {
      const result = await stage.process.run(actorText([{ write: 'out', data: TRICKY }, { exit: 3 }]))
      assert.deepEqual([result.output(), result.exitCode()], [TRICKY, 3])
    })

    fact('a template gives each value as one argument, with no shell', async (stage) => {
      const [program, ...args] = stage.actor({ write: 'out', data: TRICKY })
      const result = await stage.process.run`${program as string}  ${args}`
      assert.equal(result.output(), TRICKY)
    })

    fact('a process starts in the folder it is given', (stage) =>
      withFolder(stage, async (folder) => {
        const handle = await stage.start([{ tell: 'cwd' }], { cwd: folder })
        assert.equal(basename((await stage.text(handle.stdout)).trimEnd()), basename(folder))
      }),
    )

    fact('variables are added to those of the caller', async (stage) => {
      const env = { REHEARSAL_SUITE: 'a b=c\n$d' }
      const handle = await stage.start([{ tell: 'env:REHEARSAL_SUITE' }, { tell: 'env:PATH' }], { env })
      assert.equal(await stage.text(handle.stdout), `a b=c\n$d\n${process.env.PATH}\n`)
    })

    fact('a variable that the caller changes is the new one from the next start on', async (stage) => {
      const told = async (value: string): Promise<string> => {
        process.env.REHEARSAL_SUITE_CHANGES = value
        return stage.text((await stage.start([{ tell: 'env:REHEARSAL_SUITE_CHANGES' }])).stdout)
      }
      try {
        assert.deepEqual([await told('old'), await told('new')], ['old\n', 'new\n'])
      } finally {
        delete process.env.REHEARSAL_SUITE_CHANGES
      }
    })

    fact('a variable that is false is not passed on', async (stage) => {
      const handle = await stage.start([{ tell: 'env:PATH' }], { env: { PATH: false } })
      assert.equal(await stage.text(handle.stdout), '\n')
    })

    fact('a process that does not inherit has only the variables it is given', async (stage) => {
      const scenario: Scenario = [{ tell: 'env:REHEARSAL_SUITE' }, { tell: 'env:PATH' }]
      const handle = await stage.start(scenario, { env: { REHEARSAL_SUITE: 'yes' }, inheritEnv: false })
      assert.equal(await stage.text(handle.stdout), 'yes\n\n')
    })

    fact('a process can read a file and write another one, emptied first', (stage) =>
      withFolder(stage, async (folder) => {
        const [from, to] = [join(folder, 'in'), join(folder, 'out')]
        await stage.driver.files.write(from, 'copied\n')
        await stage.driver.files.write(to, 'much more than that was here before\n')
        const streams = { stdin: { file: from }, stdout: { file: to, append: false } }
        await stage.exit(await stage.start([{ echo: 'in' }], streams))
        assert.equal(await stage.driver.files.readText(to), 'copied\n')
      }),
    )

    fact('a process can add to a file, whose path starts at its folder', (stage) =>
      withFolder(stage, async (folder) => {
        await stage.driver.files.write(join(folder, 'log'), 'first\n')
        const streams = { cwd: folder, stderr: { file: 'log', append: true } }
        await stage.exit(await stage.start([{ write: 'err', data: 'second\n' }], streams))
        assert.equal(await stage.driver.files.readText(join(folder, 'log')), 'first\nsecond\n')
      }),
    )

    for (const errno of REFUSALS) {
      fact(`a start that the system refuses with ${errno} leaves nothing running`, (stage) =>
        refuses(stage, () => stage.start([{ failToStart: errno }]), errno),
      )
    }

    fact('an argument is too long by its bytes, not by its characters', (stage) =>
      refuses(stage, () => stage.driver.start(commandFor(['sh', 'ü'.repeat(70_000)])), 'E2BIG'),
    )

    fact('a folder that is missing refuses the start and is named', (stage) =>
      withFolder(stage, (folder) => {
        const cwd = join(folder, 'missing')
        return refuses(stage, () => stage.start([], { cwd }), 'ENOENT', cwd)
      }),
    )

    fact('a folder that is a file, or below one, refuses the start and is named', (stage) =>
      withFolder(stage, async (folder) => {
        const file = join(folder, 'file')
        await stage.driver.files.write(file, '')
        for (const cwd of [file, join(file, 'below')]) {
          await refuses(stage, () => stage.start([], { cwd }), 'ENOTDIR', cwd)
        }
      }),
    )

    fact('a file that cannot be opened refuses the start and is named', (stage) =>
      withFolder(stage, async (folder) => {
        const file = join(folder, 'missing', 'file')
        await refuses(stage, () => stage.start([], { stdout: { file, append: false } }), 'ENOENT', file)
        await refuses(stage, () => stage.start([], { stdin: { file } }), 'ENOENT', file)
      }),
    )
  },
}

function refuses(stage: Stage, attempt: () => Promise<unknown>, errno: string, named = ''): Promise<void> {
  return startsNothing(stage, () =>
    assert.rejects(attempt, (error: Error & { errno?: string }) => {
      assert.deepEqual([error.name, error.errno], ['ProcessStartError', errno])
      assert(error.message.includes(named), `"${error.message}" is to name "${named}"`)
      return true
    }),
  )
}
