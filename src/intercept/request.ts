import type { CommandInput } from '../command.ts'
import { defaults, type Settings } from '../settings.ts'
import type { World } from '../world.ts'
import type { SpawnOptions } from './node-internals.ts'

/**
 * What was asked of Node, as the settings of one of our commands. Limits stay with whoever asked: Node and the library keep
 * their own, above what is intercepted.
 */
export function settingsOf(options: SpawnOptions, world: World): Settings {
  return {
    ...defaults,
    line: lineOf(options),
    path: options.cwd ?? undefined,
    environment: options.env ? () => environmentOf(options.envPairs ?? []) : undefined,
    timeout: undefined,
    output: { ...defaults.output, onOverflow: 'truncate' },
    quiet: world.journal ? [] : ['out', 'err'],
  }
}

/** The text that a shell is to run, else the program with its arguments. */
export function lineOf({ shell, file, args = [] }: SpawnOptions): CommandInput {
  const last = textOf(args.at(-1) ?? '')
  if (!shell) return [file, ...args.slice(1).map(textOf)]
  // For cmd.exe Node puts the text into quotes.
  return args.includes('/s') ? last.replace(/^"(.*)"$/s, '$1') : last
}

// Node does this to arguments below what is replaced: a number is as good as its digits, and a symbol throws.
function textOf(argument: unknown): string {
  return `${argument}`
}

function environmentOf(pairs: readonly string[]): Record<string, string> {
  const entries = pairs.map((pair) => {
    const border = pair.indexOf('=')
    return [pair.slice(0, border), pair.slice(border + 1)] as const
  })
  // A variable without a name, as cmd.exe has some, is nothing that a command could set.
  return Object.fromEntries(entries.filter(([name]) => name !== ''))
}
