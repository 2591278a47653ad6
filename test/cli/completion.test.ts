import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { describe, test } from 'vitest'
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

describe('completion in bash', () => {
  const cases: Record<string, readonly string[]> = {
    'rehearsal st': ['status', 'stop'],
    'rehearsal run --ti': ['--timeout'],
    'rehearsal schedule pa': ['pause'],
    'rehearsal queue push --pr': ['--priority'],
    'rehearsal logs --': ['--follow', '--lines', '--json', '--help'],
    'rehearsal run -- st': [],
    'rehearsal run --cwd st': [],
    'rehearsal nonsense ': [],
  }
  for (const [line, expected] of Object.entries(cases)) {
    test.skipIf(!has('bash'))(`"${line}" becomes ${expected.join(' ') || 'what the shell makes of it'}`, async () => {
      const words = line.split(' ')
      const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _rehearsal 2>&-; echo "\${COMPREPLY[@]}"`
      const output = execFileSync('bash', ['-c', `${await scriptFor('bash')}\n${ask}`], { encoding: 'utf8' })
      assert.equal(output.trim(), expected.join(' '))
    })
  }
})

for (const shell of ['zsh', 'fish']) {
  test.skipIf(!has(shell))(`${shell} takes its script (skipped where there is no ${shell})`, async () => {
    const result = spawnSync(shell, ['-n'], { input: await scriptFor(shell), encoding: 'utf8' })
    assert.deepEqual([result.status, result.stderr], [0, ''])
  })

  test(`the script for ${shell} names every command and every option`, async () => {
    const script = await scriptFor(shell)
    for (const [name, { options = {} }] of Object.entries(await allCommands())) {
      assert(script.includes(name), name)
      for (const option of Object.keys(options)) assert(script.includes(option), `${name} --${option}`)
    }
  })
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
