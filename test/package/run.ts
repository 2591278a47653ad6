/**
 * Packs the library and uses it as a stranger would: `npm run package-check`. Its manifest and its types are looked at by
 * publint, attw and TypeScript; then it is installed into an empty project and used there on three releases of Node.
 */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Process } from '../../src/index.ts'

const HERE = import.meta.dirname
const ROOT = join(HERE, '../..')
const TOOLS = join(HERE, 'node_modules')
/** The oldest that is promised, the one that the tests run on, and the newest. */
const RELEASES = ['node22', 'node24', 'node26']
/** What is needed by those only who rehearse files or globals, or measure without /proc. */
const SPARE = ['memfs', '@sinonjs/fake-timers', 'pidusage']

const patient = Process.timeout('5m').env({ npm_config_audit: 'false', npm_config_fund: 'false' })
const project = mkdtempSync(join(realpathSync(tmpdir()), 'rehearsal-package-'))
try {
  if (!existsSync(TOOLS)) await step('installs what it checks with', HERE, ['npm', 'ci'])
  const tarball = await pack()
  await step('publint finds nothing', ROOT, [process.execPath, join(TOOLS, '.bin/publint'), tarball, '--strict'])
  const attw = join(TOOLS, '.bin/attw')
  await step('attw finds nothing', ROOT, [process.execPath, attw, tarball, '--profile', 'esm-only'])
  await install(tarball)
  await step('the types are those of users', project, [join(ROOT, 'node_modules/.bin/tsc'), '-p', '.'])
  for (const release of RELEASES) await use(release, 'with all that it depends on')
  for (const name of SPARE) rmSync(join(project, 'node_modules', name), { recursive: true })
  for (const release of RELEASES) await use(release, `without ${SPARE.join(', ')}`)
} finally {
  rmSync(project, { recursive: true })
}

async function pack(): Promise<string> {
  const packed = await step('packs', ROOT, ['npm', 'pack', '--json', '--pack-destination', project])
  // The build before it talks on stdout, too.
  const [, name = ''] = /"filename": "([^"]+)"/.exec(packed) ?? []
  const size = (what: string): string =>
    `${Math.round(Number(new RegExp(`"${what}": (\\d+)`).exec(packed)?.[1]) / 1024)} kB`
  console.log(`  ${name}: ${size('size')}, ${size('unpackedSize')} on the disk`)
  return join(project, name)
}

/** Installs the packed file into an empty project, and nothing else. */
async function install(tarball: string): Promise<void> {
  cpSync(join(HERE, 'consumer'), project, { recursive: true })
  writeFileSync(join(project, 'package.json'), '{ "private": true }')
  const typeRoots = [join(ROOT, 'node_modules/@types')]
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2024',
    // What is in the types of Node comes with ours.
    types: [],
    typeRoots,
  }
  const lib = ['es2024', 'esnext.disposable']
  const settings = { compilerOptions: { ...compilerOptions, lib }, files: ['types.mts', 'types.cts'] }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(settings))
  await step('installs', project, ['npm', 'install', tarball])
}

async function use(release: string, how: string): Promise<void> {
  const node = join(TOOLS, release, 'bin/node')
  for (const program of ['use.mjs', 'use.cjs']) {
    const said = await step(`${program} runs on ${release} ${how}`, project, [node, program])
    const { loaded } = JSON.parse(said.trim().split('\n').at(-1) ?? '')
    assert.deepEqual(loaded?.filter((name: string) => SPARE.includes(name)) ?? [], [])
  }
}

async function step(what: string, folder: string, command: readonly string[]): Promise<string> {
  const result = await patient.path(folder).run(command)
  console.log(`${result.successful() ? 'ok' : 'FAILED'}: ${what}`)
  if (result.failed()) console.log(result.output(), result.errorOutput())
  return result.throw().output()
}
