import type { Command } from '../contracts/command.ts'
import type { FakeProcess } from '../fake/fake-process.ts'
import type { Machine } from '../fake/machine.ts'

const COMMAND: Command = Object.freeze({
  line: ['a-stranger'],
  cwd: undefined,
  env: {},
  inheritEnv: true,
  stdin: 'end',
  stdout: 'ignore',
  stderr: 'ignore',
  foreground: false,
})

/** A process that has nothing to do with the program under test, and got this pid. */
export function strangerOn(machine: Machine, pid: number): FakeProcess {
  const { line, cwd = '/' } = COMMAND
  return machine.bear(
    {
      parent: 1,
      group: 'own',
      session: 'own',
      text: String(line),
      cwd,
      command: COMMAND,
      stdin: undefined,
      stdout: undefined,
      stderr: undefined,
      ends: {},
    },
    pid,
  )
}
