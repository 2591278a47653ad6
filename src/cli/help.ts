import { styleText } from 'node:util'
import type { Spec } from './spec.ts'

/** Columns that a help text takes at most. */
const WIDTH = 100

/** What the program can do: a line for each command. */
export function overview(specs: Readonly<Record<string, Spec>>): string {
  return [
    'Run commands, rehearse them, and look after them.',
    '',
    `${title('Usage')} rehearsal <command> [<options>]`,
    '',
    title('Commands'),
    ...columns(Object.entries(specs).map(([name, { about }]) => [name, about])),
    '',
    'rehearsal <command> --help tells more of each. rehearsal --version tells which one this is.',
    '',
  ].join('\n')
}

/** How one command may be used. */
export function helpOf(name: string, { about, subject = '', words = {}, options = {} }: Spec): string {
  const all = Object.entries(options).map(([option, { short, value, about }]) => [
    `${short === undefined ? '   ' : `-${short},`} --${option}${value === undefined ? '' : ` ${value}`}`,
    about,
  ])
  const some = Object.entries(words)
  return [
    usageOf(name, { subject, words, options }),
    '',
    `  ${about}`,
    ...(some.length > 0 ? ['', title('Words'), ...columns(some)] : []),
    ...(all.length > 0 ? ['', title('Options'), ...columns(all)] : []),
    '',
  ].join('\n')
}

/** One line: how a command may be asked for. */
export function usageOf(
  name: string,
  { subject = '', words = {}, options = {} }: Pick<Spec, 'subject' | 'words' | 'options'>,
): string {
  const parts = [
    `${title('Usage')} rehearsal ${name}`,
    Object.keys(words).length > 0 ? `<${Object.keys(words).join('|')}>` : '',
    Object.keys(options).length > 0 ? '[<options>]' : '',
    subject,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function title(text: string): string {
  return styleText('bold', `${text}:`)
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length)) + 2
  return rows.map(([first = '', second = '']) => {
    const [line = '', ...more] = wrapped(second, WIDTH - width - 2)
    return [`  ${first.padEnd(width)}${line}`, ...more.map((rest) => `  ${' '.repeat(width)}${rest}`)].join('\n')
  })
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) as string
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
