import { execa } from 'execa'
import { Process } from './ours.ts'
import { runRaw } from './raw.ts'
import { table } from './report.ts'

const unbuffered = { buffer: false, reject: false } as const

interface Ended {
  readonly pipedFrom: readonly Ended[]
  readonly exitCode?: number | undefined
  readonly signal?: string | undefined
}

interface Case {
  /** As bash runs it. */
  readonly script: string
  readonly stages: readonly (readonly string[])[]
  readonly execa: () => PromiseLike<Ended>
}

const CASES: readonly Case[] = [
  {
    script: 'yes | head -1',
    stages: [['yes'], ['head', '-1']],
    execa: () => execa('yes', [], unbuffered).pipe('head', ['-1'], unbuffered),
  },
  {
    script: 'exit 3 | (cat; exit 5) | cat',
    stages: [['sh', '-c', 'exit 3'], ['sh', '-c', 'cat; exit 5'], ['cat']],
    execa: () =>
      execa('sh', ['-c', 'exit 3'], unbuffered)
        .pipe('sh', ['-c', 'cat; exit 5'], unbuffered)
        .pipe('cat', [], unbuffered),
  },
]

/** How each stage of a pipeline ended, beside what bash says of it: 128 and the signal's number after a signal. */
export async function statusTable(): Promise<string> {
  const rows: string[][] = []
  for (const { script, stages, execa: runWithExeca } of CASES) {
    const bash = await statusInBash(script)
    const result = await Process.pipe(stages)
    const codes = result.stages.map((stage) => stage.exitCode()).join(' ')
    const signals = result.stages.map((stage) => stage.signal() ?? '-').join(' ')
    const other = statusOf(await runWithExeca()).join(' ')
    rows.push(['3', `\`${script}\``, bash, codes, signals, other, bash === codes ? 'met' : 'missed'])
  }
  const head = ['row', 'pipeline', 'bash PIPESTATUS', 'rehearsal', 'its signals', 'execa.pipe', 'as bash']
  // A bar would end the cell.
  return table(
    head,
    rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|'))),
  )
}

async function statusInBash(script: string): Promise<string> {
  const output = await runRaw(['bash', '-c', `${script} > /dev/null; echo "\${PIPESTATUS[*]}"`])
  return output.toString().trim()
}

function statusOf({ pipedFrom, exitCode, signal }: Ended): string[] {
  return [...pipedFrom.flatMap((source) => statusOf(source)), String(signal ?? exitCode)]
}
