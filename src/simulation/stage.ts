import { commandText } from '../command.ts'
import type { Command } from '../contracts/command.ts'
import { type Random, seededRandom } from '../contracts/random.ts'
import { FakeDriver } from '../fake/driver.ts'
import { FollowingGlobals } from '../fake/globals.ts'
import type { DiskContents } from '../fake/memory-files.ts'
import type { Part } from '../fake/program.ts'
import { RuleBook, type Rules } from '../fake/rules.ts'
import { viewOf } from '../matching.ts'
import type { World } from '../world.ts'

/** What is rehearsed in a run. */
export interface Play {
  readonly seed: number
  readonly programs: Rules | undefined
  readonly files: DiskContents | undefined
  readonly globals: boolean
}

/** The world of one run: a machine of its own, on virtual time that only the simulation moves. */
export class Stage implements World {
  readonly driver: FakeDriver
  readonly active: World['active'] = new Set()
  observer: World['observer']
  readonly #rules: RuleBook
  readonly #globals: FollowingGlobals | undefined

  constructor({ seed, programs, files, globals }: Play, onDraw: (number: number) => void) {
    this.#rules = new RuleBook(programs)
    const random = overheard(seededRandom(seed), onDraw)
    this.driver = new FakeDriver({
      time: 'manual',
      random,
      ...(files && { files }),
      cast: (command) => this.#cast(command),
    })
    if (globals) this.#globals = new FollowingGlobals(this.driver.clock)
  }

  /** Ends the run, whatever is left of it. */
  restore(): void {
    this.driver.clock.end()
    this.#globals?.restore()
  }

  #cast(command: Command): Part {
    const view = viewOf(command, commandText(command.line))
    const part = this.#rules.partFor(view, command.notes?.call)
    if (!part) throw this.#rules.missFor(view)
    return part
  }
}

function overheard(random: Random, onDraw: (number: number) => void): Random {
  return {
    next() {
      const number = random.next()
      onDraw(number)
      return number
    },
  }
}
