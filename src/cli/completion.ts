import type { Spec } from './spec.ts'
import { type Line, only, UsageError } from './usage.ts'

type Specs = Readonly<Record<string, Spec>>

/** A word to complete to, and what it is. */
type Candidate = readonly [word: string, about: string]

const SHELLS: Readonly<Record<string, (specs: Specs) => string>> = { bash, zsh, fish }

/** `rehearsal completion <shell>`: a script by which a shell completes commands, their words and their options. */
export function completionOf(
  specs: () => Promise<Specs>,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Spec {
  return {
    about: 'a script by which your shell completes what you type',
    words: { bash: 'source <(rehearsal completion bash)', zsh: 'the same', fish: 'rehearsal completion fish | source' },
    act: async (line: Line) => {
      const shell = only(line, 'shell: bash, zsh or fish')
      if (!Object.hasOwn(SHELLS, shell))
        throw new UsageError(`Cannot complete for ${shell}: expected bash, zsh or fish`)
      write((SHELLS[shell] as (specs: Specs) => string)(await specs()))
      return 0
    },
  }
}

function bash(specs: Specs): string {
  const cases = Object.entries(specs).map(
    ([name, spec]) => `    ${name}) words=${quoted(wordsAfter(spec).map(first).join(' '))} ;;`,
  )
  return `# rehearsal completion bash
_rehearsal() {
  local words word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do [[ \${COMP_WORDS[i]} == -- ]] && { compopt -o default; return; }; done
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quoted(Object.keys(specs).join(' '))} -- "$word"))
    return
  fi
  case $before in ${valued(specs).join('|')}) compopt -o default; return ;; esac
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  ((\${#COMPREPLY[@]})) || compopt -o default
}
complete -F _rehearsal rehearsal
`
}

function zsh(specs: Specs): string {
  const cases = Object.entries(specs).map(([name, spec]) => `    ${name}) words=(${described(wordsAfter(spec))}) ;;`)
  const commands = Object.entries(specs).map(([name, { about }]) => [name, about] as const)
  return `#compdef rehearsal
_rehearsal() {
  local -a words_of
  local -a words_here
  local -i dashes=\${words[(i)--]}
  if (( dashes < CURRENT )); then
    shift $dashes words
    (( CURRENT -= dashes ))
    _normal
    return
  fi
  if (( CURRENT == 2 )); then
    words_here=(${described(commands)})
    _describe command words_here
    return
  fi
  case $words[CURRENT-1] in ${valued(specs).join('|')}) _files; return ;; esac
  case $words[2] in
${cases.join('\n').replaceAll('words=(', 'words_of=(')}
  esac
  _describe word words_of
  _files
}
compdef _rehearsal rehearsal
`
}

function fish(specs: Specs): string {
  const commands = Object.entries(specs).map(
    ([name, { about }]) => `complete -c rehearsal -n __rehearsal_first -f -a ${name} -d ${quoted(about)}`,
  )
  const inside = Object.entries(specs).flatMap(([name, { words = {}, options = {} }]) => {
    const line = `complete -c rehearsal -n '__rehearsal_in ${name}'`
    return [
      ...Object.entries(words).map(([word, about]) => `${line} -f -a ${word} -d ${quoted(about)}`),
      `${line} -l help -d 'how it is used'`,
      ...Object.entries(options).map(
        ([option, { short, type, about }]) =>
          `${line}${short === undefined ? '' : ` -s ${short}`} -l ${option}${type === 'string' ? ' -r' : ''} -d ${quoted(about)}`,
      ),
    ]
  })
  return `# rehearsal completion fish
function __rehearsal_first
  test (count (commandline -opc)) -eq 1
end
function __rehearsal_in
  set -l words (commandline -opc)
  contains -- -- $words; and return 1
  test "$words[2]" = $argv[1]
end
${[...commands, ...inside].join('\n')}
`
}

function wordsAfter({ words = {}, options = {} }: Spec): readonly Candidate[] {
  return [
    ...Object.entries(words),
    ...Object.entries(options).map(([name, { about }]) => [`--${name}`, about] as const),
    ['--help', 'how it is used'],
  ]
}

/** Options after which a value comes, of which a shell knows nothing but that it may be a file. */
function valued(specs: Specs): readonly string[] {
  const all = Object.values(specs).flatMap(({ options = {} }) =>
    Object.entries(options).flatMap(([name, { type, short }]) =>
      type === 'string' ? [`--${name}`, ...(short === undefined ? [] : [`-${short}`])] : [],
    ),
  )
  return [...new Set(all)]
}

function described(candidates: readonly Candidate[]): string {
  return candidates.map(([word, about]) => quoted(`${word}:${about.replaceAll(':', '\\:')}`)).join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function first([word]: Candidate): string {
  return word
}
