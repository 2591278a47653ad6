import { openSync, readFileSync, readSync } from 'node:fs'
import { uptime } from 'node:os'

// Fields of /proc/PID/stat after the name (proc_pid_stat(5)), counted from the state.
const PARENT = 1
const GROUP = 2
const SESSION = 3
const USER_TIME = 11
const SYSTEM_TIME = 12
const THREADS = 17
const STARTED = 19
const PAGES = 21

/** The kernel counts in steps of 10 ms towards programs, whatever it does inside (USER_HZ, time(7)). */
const TICK = 10

const SPACE = 32
const MINUS = 45
const ZERO = 48
const NAME_END = 41

const buffer = Buffer.allocUnsafeSlow(1024)
const numbers = new Float64Array(PAGES + 1)
let page: number | undefined

/** What /proc/PID/stat says of a process, in our units. */
export interface Stat {
  readonly state: 'running' | 'stopped' | 'zombie'
  readonly parent: number
  readonly group: number
  readonly session: number
  /** In ticks since the machine started. */
  readonly startedAt: number
  /** Milliseconds. */
  readonly cpuTime: number
  /** Bytes. */
  readonly memory: number
  readonly threads: number
  /** Milliseconds between the start of the machine and that of the process. */
  readonly born: number
}

/** Opens what `readStat` reads. The descriptor stays that process's, also when its pid is used again. */
export function openStat(pid: number): number {
  return openSync(`/proc/${pid}/stat`, 'r')
}

/** Reads the present line of a process. @throws with `code` `ESRCH` when it is over and nobody has to be told any more. */
export function readStat(descriptor: number): Stat {
  return parseStat(buffer, readSync(descriptor, buffer, 0, buffer.length, 0))
}

/** Milliseconds since the machine started, sleep included, in steps of 10. Needs no descriptor where none is left. */
export function sinceBoot(): number {
  return Math.round(uptime() * 1000)
}

/** The name that a line of /proc/PID/stat begins with, which may itself hold spaces and brackets. */
export function nameIn(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
}

/** Reads the numbers off the bytes: text and its parts would cost several times as much. */
export function parseStat(line: Uint8Array, length: number): Stat {
  const state = line.lastIndexOf(NAME_END, length - 1) + 2
  readNumbers(line, state + 1, length)
  const born = at(STARTED) * TICK
  page ??= pageSize()
  return {
    state: stateOf(line[state]),
    parent: at(PARENT),
    group: at(GROUP),
    session: at(SESSION),
    startedAt: at(STARTED),
    cpuTime: (at(USER_TIME) + at(SYSTEM_TIME)) * TICK,
    memory: at(PAGES) * page,
    threads: at(THREADS),
    born,
  }
}

function readNumbers(line: Uint8Array, start: number, length: number): void {
  let field = 0
  let value = 0
  let sign = 1
  for (let index = start; index < length && field <= PAGES; index++) {
    const byte = line[index] as number
    if (byte === SPACE) {
      numbers[field++] = sign * value
      value = 0
      sign = 1
    } else if (byte === MINUS) sign = -1
    else value = value * 10 + byte - ZERO
  }
}

function at(field: number): number {
  return numbers[field] as number
}

function stateOf(letter: number | undefined): Stat['state'] {
  switch (String.fromCharCode(letter ?? 0)) {
    case 'Z':
    case 'X':
      return 'zombie'
    case 'T':
    case 't':
      return 'stopped'
    default:
      return 'running'
  }
}

const AT_PAGESZ = 6
const NARROW = ['arm', 'ia32', 'mips', 'mipsel']

/** The bytes of a page of memory: the kernel tells every program when it starts it (getauxval(3)). */
function pageSize(): number {
  const { buffer } = new Uint8Array(readFileSync('/proc/self/auxv'))
  const words = [...(NARROW.includes(process.arch) ? new Uint32Array(buffer) : new BigUint64Array(buffer))]
  const entry = words.findIndex((word, index) => index % 2 === 0 && Number(word) === AT_PAGESZ)
  return Number(words[entry + 1] ?? 4096)
}
