import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { interleave, type Sample, timed, type Variants } from './harness.ts'
import { figures, goals, printSection, table } from './report.ts'

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

/** Each as it would be packed, and on the disk; what it depends on is not counted. */
const INSTALLED = ['..', ...['execa', 'tinyexec', 'nano-spawn', 'zx'].map((name) => packageOf(name))]

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
  `What an installation takes, without what it depends on, in kB.\n\n${table(['package', 'packed', 'on the disk'], INSTALLED.map(sizesOf))}`,
])

/** The folder of a package: among those that the benchmarks need, or those of the library. */
function packageOf(name: string): string {
  const [found = ''] = ['node_modules', '../node_modules']
    .map((folder) => join(folder, name))
    .filter((folder) => existsSync(join(import.meta.dirname, folder)))
  return found
}

function sizesOf(folder: string): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const listed = execFileSync('npm', args, { cwd: join(import.meta.dirname, folder), encoding: 'utf8' })
  const [packed] = JSON.parse(listed) as readonly { name: string; size: number; unpackedSize: number }[]
  const inKb = (bytes: number | undefined): string => Math.round((bytes ?? 0) / 1024).toLocaleString('en')
  return [packed?.name ?? '', inKb(packed?.size), inKb(packed?.unpackedSize)]
}

async function runWhole(program: string): Promise<Sample> {
  const args = ['--input-type=module', '-e', program]
  const { ms } = await timed(() => execFileSync(process.execPath, args, { cwd: import.meta.dirname }))
  return { ms }
}
