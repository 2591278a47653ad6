import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { castActor, driverContract } from '../../src/contracts/suite/index.ts'
import { SystemDriver } from '../../src/driver/index.ts'
import { type Driver, FakeDriver } from '../../src/index.ts'
import { shareForReal, someForReal } from './layers.ts'
import { recorded } from './recorded.ts'

describe(`a recorder of the real machine${shareForReal}`, () =>
  driverContract({
    ...someForReal({ test, describe }),
    createDriver: () => recorded(new SystemDriver()).recorder,
  }))

/** What a recording does not hold, and the cases that ask for it: by the beginnings of their titles. */
const NOT_HELD: Readonly<Record<string, readonly string[]>> = {
  'a folder or a port that is another one each time': [
    'by a port that it opens',
    'by an answer over HTTP',
    'by a file that it writes, and not by one',
    'by a command that succeeds',
    'a probe that never answers does not hold up a stop',
    'a probe that fails again and again ends a process',
    'a process that listens takes connections',
    'a server answers with its status',
    'a server that never answers is given up',
    'two processes cannot listen on one port',
    'a process starts in the folder it is given',
    'a folder that is missing refuses the start',
    'a folder that is a file, or below one,',
    'a file that cannot be opened refuses the start',
    'a process starts in the folder of its isolation',
    'a process writes only where it may',
    'a file does not grow beyond its limit',
    'by a file that it writes, and not by one',
    'by a command that succeeds',
    'a probe that fails again and again',
  ],
  'the ports on which a process listens': [
    'a process that listens takes connections',
    'a server answers with its status',
    'a server that never answers is given up',
    'two processes cannot listen on one port',
    'by a port that it opens',
    'by an answer over HTTP',
    'a probe that never answers does not hold up',
  ],
  'what a process does to the disk': [
    'a file that a process writes is there',
    'a process that cannot write its file fails',
    'a process goes on with its file when',
    'a change is dated by the clock',
  ],
  'how far a process has read': [
    'a write to a process that has closed its stdin',
    'a process that ignores PIPE goes on',
    'a writer waits until the process reads',
    'a writer whose reader is gone dies of it only when it writes',
    'a stopped process writes nothing and takes no input',
    'a line comes whole, however its writer has cut it',
  ],
  'which signals it took no notice of': [
    'CONT is heard by who handles it',
    'TSTP, TTIN and TTOU stop nobody',
    'a signal that comes several times while a process is stopped',
  ],
  'what a shell runs, and what that uses': [
    'what a command given as text uses is what its shell runs',
    'what a shell runs is looked after in its place',
  ],
  'pids, and who is whose child': [
    'a child that ends while its parent is stopped is a zombie',
    'the descendants of a process are its children',
    'a zombie does not run, has no stats',
    'the same pid with another start is another process',
    'stats sum up all that descends',
    'that a process is over that somebody else started',
    'a limit for a whole tree counts the children in',
    'a stop ends all that a member has started',
    'a command is run until it succeeds',
    'the exit is known while a child left behind',
    'a stop reaches a child',
    'a stop ends all that a member has started',
    'a stop gives a child that stays behind its grace',
    'a child with a session of its own is out of reach',
    'a child that holds no output leaves the result complete',
    'a child that outlives its parent is heard',
    'a child does not inherit what was closed',
    'a process that has closed all of its streams may still have children',
    'closing the driver ends the children of a process that is over',
    'a child is in the group and the session of its parent',
    'a detached child has a group and a session',
    'a child whose parent is over gets another one',
    'a signal to a pid reaches that process alone',
    'a signal to a negative pid reaches the whole group',
  ],
  'what a process takes of the machine': [
    'a sample has the memory and the threads',
    'the processor time and the age of a process grow',
    'details tell what a process has written and read',
    'details tell how many descriptors a process has',
    'stats say nothing of the processor at the first look',
    'stats with a window are measured over it',
    'memory over a limit for good is heard once',
    'a process that takes much of the processor is heard of',
    'a monitor follows a process that is restarted',
    'a process that holds too much memory is told of once',
    'a process that uses too much of a core is told of',
    'a process uses at least the memory',
    'a busy process has a far greater share',
    'the share of a core is that since',
    'the first look at a process gives its share',
    'a process tells what it uses',
    'a process that holds too much memory is killed',
    'what a child holds counts',
    'a process that holds too much memory is told of',
    'a process that uses too much of a core is told of',
  ],
}

describe('a recorder of the rehearsal, and then what it has recorded', () => {
  let driver: Driver
  const twice = (title: string, body: () => Promise<void>) =>
    test(title, async () => {
      const { recorder, player } = recorded(new FakeDriver({ cast: castActor, files: {}, seed: 1 }))
      driver = recorder
      await body()
      await setImmediate()
      driver = player()
      if (isNotHeld(title)) await assert.rejects(body(), 'a recording holds this after all')
      else await body()
    })
  driverContract({ test: twice, describe, createDriver: () => driver })
})

function isNotHeld(title: string): boolean {
  return Object.values(NOT_HELD).some((titles) => titles.some((beginning) => title.startsWith(beginning)))
}
