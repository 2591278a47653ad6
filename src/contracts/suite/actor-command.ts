import { fileURLToPath } from 'node:url'
import { commandText } from '../../command.ts'
import type { Part } from '../../fake/program.ts'
import type { Command } from '../command.ts'
import type { Scenario } from '../scenario.ts'

/** The real program that performs scenarios. */
const ACTOR = actorBeside(import.meta.url)
/** A program that is nowhere. */
const NOWHERE = 'rehearsal-no-such-program'

/**
 * The command that performs a scenario, on any driver. A scenario that fails to start becomes a command for which the
 * machine itself refuses the start.
 */
export function actorCommand(scenario: Scenario): readonly string[] {
  const first = scenario[0]
  if (!first || !('failToStart' in first)) return [process.execPath, ACTOR, JSON.stringify(scenario)]
  switch (first.failToStart) {
    case 'ENOENT':
      return [NOWHERE]
    case 'EACCES':
      return [ACTOR]
    case 'E2BIG':
      return [process.execPath, 'x'.repeat(200_000)]
    default:
      throw new Error(
        `Cannot make the machine fail with ${first.failToStart}: that needs a machine that is out of something`,
      )
  }
}

/** The same as text for the shell. */
export function actorText(scenario: Scenario): string {
  return commandText(actorCommand(scenario))
}

/**
 * What a rehearsal plays for the suite's commands: give it to a fake driver as its `cast`, and the actor's command lines
 * are played instead of performed.
 */
export function castActor(command: Command): Part | undefined {
  const shell = typeof command.line === 'string'
  const words = typeof command.line === 'string' ? wordsOf(command.line) : command.line
  if (words[0] === process.execPath && words[1] === ACTOR) return { scenario: JSON.parse(words[2] ?? '[]') as Scenario }
  if (words[0] === ACTOR) return { scenario: shell ? complaint('Permission denied', 126) : [{ failToStart: 'EACCES' }] }
  return shell ? { scenario: complaint('not found', 127) } : undefined
}

// In a bundle that is CommonJS no module has a URL, and the actor is in none: it is a rehearsed program there, and no real one.
function actorBeside(url: string | undefined): string {
  return url === undefined ? 'rehearsal-actor' : fileURLToPath(new URL(`../../actor/main${url.slice(-3)}`, url))
}

// A shell starts whatever it is told, and says itself what it could not.
function complaint(reason: string, code: number): Scenario {
  return [{ write: 'err', data: `sh: 1: ${reason}\n` }, { exit: code }]
}

// Undoes the quoting of commandText, which is all the shell syntax that the suite uses.
function wordsOf(text: string): string[] {
  const words = text.match(/(?:'[^']*'|\\'|[^\s'\\])+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|\\'/g, (_, inner: string | undefined) => inner ?? "'"))
}
