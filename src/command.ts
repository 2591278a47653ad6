import type { Command } from './contracts/command.ts'
import { shown } from './shown.ts'

/** A command as users write it: text for the shell, or a program with its arguments and no shell. */
export type CommandInput = string | readonly string[]

/**
 * A command's text, as matchers see it and messages show it: what was written for the shell, or the arguments joined by
 * spaces and quoted only where a shell would read other words. Wildcards stay as they are, so that patterns can name them.
 *
 * @example commandText(['git', 'commit', '-m', 'two words']) // "git commit -m 'two words'"
 */
export function commandText(line: CommandInput): string {
  return typeof line === 'string' ? line : line.map(quoteIfNeeded).join(' ')
}

/**
 * Words as text for the shell, each of which it reads as it is: no wildcard stands for files.
 *
 * @example shellText(['rm', '*.log']) // "rm '*.log'"
 */
export function shellText(words: readonly string[]): string {
  return words.map((word, index) => (isPlain(word, index) ? word : quoted(word))).join(' ')
}

/**
 * Refuses what no system could start, before anything does.
 *
 * @throws TypeError that names the value: an empty command, a NUL byte, a variable that is not text.
 */
export function checkCommand(command: Pick<Command, 'line' | 'cwd' | 'env'>): void {
  const words = typeof command.line === 'string' ? [command.line] : command.line
  words.forEach((word, index) => {
    checkText(word, index === 0 ? 'command' : `argument ${index}`)
  })
  if (!words[0]?.trim()) throw new TypeError(`Cannot start an empty command: ${shown(command.line)}`)
  if (command.cwd !== undefined) checkText(command.cwd, 'folder')
  checkVariables(command.env)
}

/**
 * Refuses what cannot be the variables of a process.
 *
 * @throws TypeError that names the value.
 */
export function checkVariables(variables: unknown): void {
  if (typeof variables !== 'object' || variables === null || Symbol.iterator in variables || 'then' in variables)
    throw new TypeError(`Cannot use ${shown(variables)} as variables: expected an object with their names and values`)
  for (const [name, value] of Object.entries(variables)) {
    if (name === '' || /[=\0]/.test(name)) throw new TypeError(`Cannot set the variable ${shown(name)}: not a name`)
    if (value !== false) checkText(value, `variable ${name}`)
  }
}

/**
 * The values of a template literal as an argv: text around them is split at white space, each value is one argument, an
 * array as many as it has.
 *
 * @example templateArguments`git log ${branch}` // ['git', 'log', branch]
 */
export function templateArguments(strings: TemplateStringsArray, values: readonly TemplateValue[]): string[] {
  const words: string[] = []
  let open = false
  const append = (text: string): void => {
    if (open) words.push(`${words.pop()}${text}`)
    else words.push(text)
    open = true
  }
  strings.forEach((text, index) => {
    text.split(/(\s+)/).forEach((piece) => {
      if (/^\s+$/.test(piece)) open = false
      else if (piece !== '') append(piece)
    })
    if (index >= values.length) return
    spread(values[index] as TemplateValue).forEach((value, position) => {
      if (position > 0) open = false
      append(value)
    })
  })
  return words
}

/** What may stand in a command template. */
export type TemplateValue = string | number | readonly (string | number)[]

function spread(value: TemplateValue): string[] {
  const values = Array.isArray(value) ? value : [value]
  return values.map((one: unknown) => {
    if (typeof one === 'string' || typeof one === 'number') return String(one)
    throw new TypeError(`Cannot use ${shown(one)} in a command template: expected text, a number or an array of them`)
  })
}

function checkText(value: unknown, what: string): void {
  if (typeof value !== 'string') throw new TypeError(`Cannot use ${shown(value)} as ${what}: expected text`)
  if (value.includes('\0')) throw new TypeError(`Cannot use ${shown(value)} as ${what}: it holds a NUL byte`)
}

function quoteIfNeeded(word: string): string {
  return /^[\w@%+=:,./*?~^{}[\]!-]+$/.test(word) ? word : quoted(word)
}

// An equals sign in the first word would set a variable.
function isPlain(word: string, index: number): boolean {
  return /^[\w@%+=:,./-]+$/.test(word) && !(index === 0 && word.includes('='))
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
