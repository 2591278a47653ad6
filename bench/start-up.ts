import { execFileSync } from 'node:child_process'
import { interleave, type Sample, timed, type Variants } from './harness.ts'
import { figures, goals, printSection } from './report.ts'

const OURS = '../dist/index.js'

/** Each is a whole process that runs this and ends. */
const PROGRAMS: Readonly<Record<string, string>> = {
  empty: '',
  rehearsal: `import '${OURS}'`,
  'rehearsal, a first run': `import { Process } from '${OURS}'; await Process.run(['/bin/true'])`,
  'rehearsal, a first rehearsed run': `import { Process } from '${OURS}'; Process.fake(); await Process.run(['true'])`,
  execa: "import 'execa'",
  'execa, a first run': "import { execa } from 'execa'; await execa('/bin/true')",
  tinyexec: "import 'tinyexec'",
  'nano-spawn': "import 'nano-spawn'",
  zx: "import 'zx'",
  'fake-timers': "import '@sinonjs/fake-timers'",
  memfs: "import 'memfs'",
}

const programs: Variants = Object.fromEntries(
  Object.entries(PROGRAMS).map(([name, program]) => [name, () => runWhole(program)]),
)
const taken = await interleave(programs, 11)

printSection('Start-up', [
  figures('Whole processes', programs, taken, { base: 'empty', measures: { ms: 'ms' } }),
  goals(8, taken, [
    {
      what: 'import over an empty module',
      figure: (of) => of('rehearsal', 'ms') - of('empty', 'ms'),
      unit: 'ms',
      atMost: [8, 4],
    },
    {
      what: 'first real run over the import',
      figure: (of) => of('rehearsal, a first run', 'ms') - of('rehearsal', 'ms'),
      unit: 'ms',
      atMost: [80, 20],
    },
  ]),
])

async function runWhole(program: string): Promise<Sample> {
  const args = ['--input-type=module', '-e', program]
  const { ms } = await timed(() => execFileSync(process.execPath, args, { cwd: import.meta.dirname }))
  return { ms }
}
