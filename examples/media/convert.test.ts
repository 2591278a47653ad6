import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, test } from 'vitest'
import { createProcess, type Handler } from '../../src/index.ts'
import { intercept } from '../../src/intercept/index.ts'
import { convert } from './convert.ts'

const PATH = process.env.PATH ?? ''
const hasFfmpeg = PATH.split(delimiter).some((folder) => existsSync(join(folder, 'ffmpeg')))

/** A conversion that is rehearsed, and what it told. */
async function rehearse(
  ffmpeg: Handler,
): Promise<{ readonly told: number[]; readonly error: unknown; readonly ms: number }> {
  const own = createProcess()
  using _ = intercept(own)
  using fake = own.fake({ 'ffmpeg *': ffmpeg })
  const before = +fake.now()
  const told: number[] = []
  const error = await convert('in.mov', 'out.mp4', (seconds) => told.push(seconds)).catch((error: unknown) => error)
  own.assertRan('ffmpeg * -i in.mov out.mp4')
  return { told, error, ms: +fake.now() - before }
}

describe('a conversion', () => {
  afterEach(() => {
    process.env.PATH = PATH
  })

  test('of two hours tells its progress, in no time', async () => {
    const life = createProcess().describe().after('1h').output('out_time_us=3600000000').output('progress=continue')
    const { told, error, ms } = await rehearse(life.after('1h').output('out_time_us=7200000000').output('progress=end'))
    assert.deepEqual([told, error, ms], [[3600, 7200], undefined, 7_200_000])
  })

  test('that fails tells what ffmpeg said of it', async () => {
    const { error } = await rehearse(createProcess().result('', 'in.mov: Invalid data found', 1))
    assert.match(String(error), /exit code 1[\s\S]*Invalid data found/)
  })

  test('without ffmpeg says that it is not there', async () => {
    const { error } = await rehearse(createProcess().describe().failsToStart())
    assert.match(String(error), /ENOENT/)
  })

  test('is told by a real process, whichever ffmpeg is on PATH', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-media-'))
    try {
      const script =
        '#!/bin/sh\necho out_time_us=1500000\necho progress=end\nfor last; do :; done\necho film > "$last"\n'
      writeFileSync(join(folder, 'ffmpeg'), script)
      chmodSync(join(folder, 'ffmpeg'), 0o755)
      process.env.PATH = `${folder}${delimiter}${PATH}`
      const told: number[] = []
      await convert('in.mov', join(folder, 'out.mp4'), (seconds) => told.push(seconds))
      assert.deepEqual([told, existsSync(join(folder, 'out.mp4'))], [[1.5], true])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  if (!hasFfmpeg) console.warn('Not run: a conversion by ffmpeg itself, which is not on PATH; a stand-in for it is')
  test.skipIf(!hasFfmpeg)('of a second of noise is done by ffmpeg itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-media-'))
    try {
      const [input, output] = [join(folder, 'in.raw'), join(folder, 'out.wav')]
      writeFileSync(input, Buffer.alloc(88_200))
      const made = await createProcess().run(['ffmpeg', '-v', 'error', '-f', 's16le', '-i', input, `${input}.wav`])
      made.throw()
      await convert(`${input}.wav`, output, () => {})
      assert(statSync(output).size > 0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
