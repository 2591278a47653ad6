import assert from 'node:assert/strict'
import { test } from 'vitest'
import { createProcess, type IsolationOptions } from '../../src/index.ts'

const KNOWN_LIMITS = /: known are memory, .*openFiles, .*$/

/** What means nothing, and what is said of it. */
const refused: readonly [what: string, options: object, says: string | RegExp][] = [
  ['an account with a blank', { user: 'a b' }, 'Cannot run as the user "a b": expected a name or an id'],
  ['an empty group', { group: '' }, 'Cannot run as the group "": expected a name or an id'],
  ['a negative group', { group: -1 }, 'Cannot run as the group -1: expected a name or an id'],
  [
    'a supplementary group that is none',
    { supplementaryGroups: ['a b'] },
    'Cannot run as the group "a b": expected a name or an id',
  ],
  ['an empty folder', { workingDirectory: '' }, 'Cannot use "" as the folder: expected a path'],
  ['a folder with a NUL', { workingDirectory: 'a\0' }, 'Cannot use "a\\u0000" as the folder: expected a path'],
  ['a folder that is no text', { workingDirectory: 7 }, 'Cannot use 7 as the folder: expected a path'],
  ['a nice value beyond', { nice: 20 }, 'Cannot use 20 as a nice value: expected a whole number from -20 to 19'],
  ['a broken nice value', { nice: 1.5 }, 'Cannot use 1.5 as a nice value: expected a whole number from -20 to 19'],
  ['a negative umask', { umask: -1 }, 'Cannot use -1 as a umask: expected a whole number from 0 to 511'],
  ['no files at all', { limits: { openFiles: -1 } }, /the limit openFiles: expected a whole number from 0 on$/],
  ['no process at all', { limits: { processes: 0 } }, /the limit processes: expected a whole number from 1 on$/],
  ['no memory', { limits: { memory: 0 } }, 'Cannot use 0 as the limit memory: expected more than nothing'],
  ['no time', { limits: { cpuTime: 0 } }, 'Cannot use 0 as the limit cpuTime: expected more than nothing'],
  ['an unknown limit', { limits: { colour: 1 } }, KNOWN_LIMITS],
  [
    'a soft limit above the hard one',
    { limits: { openFiles: { soft: 3, hard: 2 } } },
    'Cannot use {"soft":3,"hard":2} as a limit: its soft value is above its hard one',
  ],
  ['a flag that is a word', { wholeTree: 'yes' }, 'Cannot use "yes" as wholeTree: expected true or false'],
  ['a writable folder without a name', { readOnly: { writable: [''] } }, /"" as a writable folder: expected a path$/],
  ['an unknown demand', { prefer: ['speed'] }, /^Cannot use "speed" as a demand: known are .*, nice, /],
  ['an unknown option', { colour: 'red' }, /^Cannot use "colour" as an isolation: known are user, group, /],
]

for (const [what, options, says] of refused) {
  test(`${what} is refused before anything starts, with what is wrong`, () => {
    const process = createProcess()
    assert.throws(() => process.isolate(options as IsolationOptions), { name: 'TypeError', message: says })
    assert.deepEqual(process.active(), [])
  })
}

test('what is not said, and the smallest of everything, is taken', () => {
  const limits = { openFiles: 0, processes: 1, memory: 1, cpuTime: 1, core: undefined }
  const options: object = { limits, nice: -20, umask: 0, readOnly: false, wholeTree: false }
  const { isolation } = createProcess().isolate(options as IsolationOptions).settings
  assert.deepEqual(isolation, {
    openFiles: { soft: 0, hard: 0 },
    processes: { soft: 1, hard: 1 },
    memory: 1,
    cpuTime: { soft: 1, hard: 2 },
    nice: -20,
    umask: 0,
    wholeTree: false,
    prefer: [],
  })
})

test('a disk that may be read alone has no writable folders unless they are named', () => {
  const process = createProcess()
  const writable = (readOnly: IsolationOptions['readOnly'] & {}) =>
    process.isolate({ readOnly }).settings.isolation?.readOnly
  assert.deepEqual(writable(true), { writable: [] })
  assert.deepEqual(writable({}), { writable: [] })
  assert.deepEqual(writable({ writable: ['/tmp'] }), { writable: ['/tmp'] })
})
