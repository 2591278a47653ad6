import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import nanoSpawn from 'nano-spawn'
import { afterAll, test } from 'vitest'
import { createProcess } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-intercepted-'))
afterAll(() => rmSync(folder, { recursive: true }))
// Where CI is set nothing is recorded, and here something has to be.
delete process.env.CI
const ASKS = ['-c', 'read name; echo "hello $name"; cat >&2; exit 3']

/** What libraries see of real programs: output, errors, exit codes; with input, in a dialogue, and in a synchronous call. */
async function libraries(): Promise<unknown> {
  const { stdout, stderr, exitCode } = await execa('sh', ASKS, { input: 'ada\nand more', reject: false })
  const version = await nanoSpawn('node', ['--version'])
  const sorted = execFileSync('sort', { input: 'b\na\n', encoding: 'utf8' })
  return { stdout, stderr, exitCode, version: version.stdout, sorted, spoken: await dialogue() }
}

function dialogue(): Promise<string> {
  const child = spawn('sh', ['-c', 'echo who?; read name; echo "so $name"'])
  let heard = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard += text
    if (text.includes('who?')) child.stdin.end('ada\n')
  })
  return new Promise((resolve) => child.once('close', () => resolve(heard)))
}

test('what libraries start is recorded, and played to them again as it was', async () => {
  const process = createProcess()
  const file = join(folder, 'libraries.cassette')
  const live = await libraries()
  using _ = intercept(process)
  const texts: string[] = []
  for (const mode of ['all', 'replay', 'all', 'missing', 'verify'] as const) {
    assert.deepEqual(await process.record(file, { mode }, libraries), live, mode)
    texts.push(readFileSync(file, 'utf8'))
  }
  assert.equal(new Set(texts).size, 1, 'a recording that was made again is not the same')
})

test('what a recording lacks is added for callers that cannot wait, too', async () => {
  const process = createProcess()
  const file = join(folder, 'missing.cassette')
  using _ = intercept(process)
  const version = () => execFileSync('uname', { encoding: 'utf8' })
  const live = await process.record(file, { mode: 'missing' }, async () => [version(), (await execa('uname')).stdout])
  const played = await process.record(file, { mode: 'replay' }, async () => [version(), (await execa('uname')).stdout])
  assert.deepEqual(played, live)
})

test('a synchronous call that was ended at its time limit is ended so in a replay, too', async () => {
  const process = createProcess()
  const file = join(folder, 'limit.cassette')
  using _ = intercept(process)
  const ended = async (killSignal: NodeJS.Signals) => {
    const { error, signal, status, stdout } = spawnSync('sh', ['-c', 'echo begun; exec sleep 9'], {
      timeout: 300,
      killSignal,
      encoding: 'utf8',
    })
    return [(error as NodeJS.ErrnoException | undefined)?.code, signal, status, stdout]
  }
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const live = await process.record(file, { mode: 'all' }, () => ended(signal))
    assert.deepEqual(live, ['ETIMEDOUT', signal, null, 'begun\n'])
    assert.deepEqual(await process.replay(file, () => ended(signal)), live)
  }
})

test('output that goes to a descriptor of the caller is in no recording, and a warning names its commands', async () => {
  const process = createProcess()
  const file = join(folder, 'descriptors.cassette')
  const target = openSync(join(folder, 'target.txt'), 'w')
  using _ = intercept(process)
  const warnings = await warningsOf(() =>
    process.record(file, { mode: 'all' }, async () => {
      spawnSync('uname', ['-s'], { stdio: ['ignore', target, 'pipe'] })
      await once(spawn('uname', ['-r'], { stdio: ['ignore', target, target] }), 'close')
      await once(spawn('uname', ['-m'], { stdio: ['ignore', 'ignore', 'pipe'] }), 'close')
    }),
  )
  assert.equal(readFileSync(join(folder, 'target.txt'), 'utf8').split('\n').length, 3)
  assert.equal(warnings.length, 1)
  assert.match(
    warnings[0]?.message ?? '',
    /descriptors\.cassette": .*\n {2}uname -s \(stdout\)\n {2}uname -r \(stdout, stderr\)$/,
  )
})

test('what was not recorded is refused where it is asked for', async () => {
  const process = createProcess()
  const file = join(folder, 'none.cassette')
  await process.record(file, { mode: 'all' }, () => process.run('true'))
  using _ = intercept(process)
  await process.replay(file, { unused: 'ignore' }, async () => {
    assert.throws(() => execFileSync('uname'), { code: 'ERR_RECORDING_MISS' })
    await assert.rejects(execa('uname'), /uname/)
  })
})

async function warningsOf(act: () => Promise<unknown>): Promise<Error[]> {
  const warnings: Error[] = []
  const listen = (warning: Error & { code?: string }) => {
    if (warning.code === 'WARN_OUTPUT_UNSEEN') warnings.push(warning)
  }
  process.on('warning', listen)
  await act()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listen)
  return warnings
}
