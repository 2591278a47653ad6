import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { allCommands, commandNames } from '../../src/cli/commands.ts'
import { completionOf } from '../../src/cli/completion.ts'
import { helpOf, overview } from '../../src/cli/help.ts'

/** The script for a shell, as it is printed. */
async function scriptFor(shell: string): Promise<string> {
  let script = ''
  const spec = completionOf(allCommands, (text) => (script += text))
  assert.equal(await spec.act({ values: {}, subjects: [shell], command: [] }), 0)
  return script
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-completion-'))
writeFileSync(join(folder, 'stray.txt'), '')
afterAll(() => rmSync(folder, { recursive: true }))

/** What the last word of a line may become. */
type Completions = (lines: readonly string[]) => Promise<readonly (readonly string[])[]>

const FILE = ['stray.txt']
const CASES: Readonly<Record<string, readonly string[]>> = {
  'rehearsal st': ['status', 'stop'],
  'rehearsal stray.t': [],
  'rehearsal run --ti': ['--timeout'],
  'rehearsal schedule pa': ['pause'],
  'rehearsal schedule --file x pa': ['pause'],
  'rehearsal schedule run --ti': ['--timezone'],
  'rehearsal queue push --pr': ['--priority'],
  'rehearsal logs --': ['--follow', '--help', '--json', '--lines'],
  'rehearsal up st': FILE,
  'rehearsal run --cwd st': FILE,
  'rehearsal run -- cat st': FILE,
  'rehearsal run -- cat --ti': [],
  'rehearsal nonsense st': FILE,
}

const SHELLS: Readonly<Record<string, Completions>> = {
  // It is asked without a terminal, on which it would go on to files where there is no word.
  bash: async (lines) => {
    const script = await scriptFor('bash')
    return lines.map((line) => {
      const words = line.split(' ')
      const given = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`
      const ask = `${given}; _rehearsal 2>&-; printf '%s\\n' "\${COMPREPLY[@]}"`
      return wordsIn(execFileSync('bash', ['-c', `${script}\n${ask}`], { encoding: 'utf8' }))
    })
  },
  fish: async (lines) => {
    const ask = `${await scriptFor('fish')}\nfor line in $argv; complete -C $line; echo; echo ==; end`
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder }
    const output = execFileSync('fish', ['-c', ask, ...lines], { encoding: 'utf8', cwd: folder, env })
    return output.split('==\n').slice(0, -1).map(wordsIn)
  },
  // It completes on a terminal only, and has one for others.
  zsh: async (lines) => {
    const setUp = join(folder, '.setup.zsh')
    const ran = 'rehearsal() { print -r -- "ran [$*]" }'
    writeFileSync(setUp, `autoload -U compinit; compinit -u -D\n${await scriptFor('zsh')}\n${ran}\nprint -r -- set up`)
    const drive = `zmodload zsh/zpty; local out
zpty shell 'TERM=dumb COLUMNS=200 LINES=100 zsh -f -i'
zpty -w shell 'PS1="> "; unsetopt beep prompt_cr prompt_sp; source .setup.zsh'
zpty -r -m shell out '*set up*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t'
  zpty -w -n shell $'\\n'
  zpty -r -m shell out '*ran \\[*\\]*'
  print -r -- "$out"$'\\n=='
done
zpty -d shell`
    const output = execFileSync('zsh', ['-f', '-c', drive, 'zsh', ...lines], { encoding: 'utf8', cwd: folder })
    return output
      .split('==\n')
      .slice(0, -1)
      .map((text, index) => {
        const listed = [...text.matchAll(/^(\S+) +-- /gm)].map(([, word]) => word as string)
        const completed = /ran \[(.*)\]/.exec(text)?.[1] ?? ''
        if (listed.length > 0) return listed.toSorted()
        return `rehearsal ${completed}` === lines[index] ? [] : [completed.split(' ').at(-1) as string]
      })
  },
}

describe.each(Object.entries(SHELLS))('completion in %s', (shell, completions) => {
  let found: readonly (readonly string[])[] = []
  beforeAll(async () => {
    if (has(shell)) found = await completions(Object.keys(CASES))
  }, 30_000)

  for (const [index, [line, expected]] of Object.entries(CASES).entries()) {
    test(`"${line}" becomes ${expected.join(', ') || 'nothing else'}`, ({ skip }) => {
      skip(!has(shell), `there is no ${shell} here`)
      assert.deepEqual(found[index], shell === 'bash' && expected === FILE ? [] : expected)
    })
  }

  test('is a script that names every command and every option', async () => {
    const script = await scriptFor(shell)
    for (const [name, { options = {} }] of Object.entries(await allCommands())) {
      assert(script.includes(name), name)
      for (const option of Object.keys(options)) assert(script.includes(option), `${name} --${option}`)
    }
  })
})

/** The first words of lines, in alphabetical order. */
function wordsIn(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.split('\t')[0] as string)
    .filter(Boolean)
    .toSorted()
}

test('help lists every command, and of each every word and option, in lines of at most 100 columns', async () => {
  const all = await allCommands()
  const text = overview(all)
  for (const name of commandNames) assert.match(text, new RegExp(`^ {2}${name} +\\S`, 'm'))
  for (const [name, spec] of Object.entries(all)) {
    const help = helpOf(name, spec)
    for (const word of Object.keys(spec.words ?? {})) assert.match(help, new RegExp(`^ {2}${word} +\\S`, 'm'))
    for (const option of Object.keys(spec.options ?? {})) assert.match(help, new RegExp(`--${option}\\b.* {2}\\S`))
    for (const line of help.split('\n').slice(1)) assert(line.length <= 100, line)
  }
})
