import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import ffmpeg, { type FfmpegCommand } from 'fluent-ffmpeg'
import { test } from 'vitest'
import { type Handler, Process } from '../../src/index.ts'
import { rehearsing } from './rehearsing.ts'
import { textOf } from './watching.ts'

// It looks for its programs on the real disk, unless it is told where they are.
ffmpeg.setFfmpegPath('ffmpeg')
ffmpeg.setFfprobePath('ffprobe')

/** What ffmpeg says of itself when it is asked before a run. */
const ABOUT: Readonly<Record<string, Handler>> = {
  'ffmpeg -encoders': [' V..... libx264              H.264', ' A..... aac                  AAC'],
  'ffmpeg -formats': [' DE mp4             MP4', ' DE webm            WebM'],
}
const RUN = 'ffmpeg -i *'

test('a conversion tells its progress and its end, over virtual time', async () => {
  const life = Process.describe()
    .errorOutput("Input #0, mov,mp4, from 'in.mov':\n  Duration: 00:01:40.00, start: 0.000000, bitrate: 1 kb/s")
    .after('30m')
    .errorOutput('frame=  10 fps= 1 q=1.0 size=  100kB time=00:00:50.00 bitrate= 1.0kbits/s')
    .after('30m')
  using here = rehearsing({ ...ABOUT, [RUN]: life })
  const before = +here.fake.now()
  const heard: string[] = []
  const command = ffmpeg('in.mov').videoCodec('libx264').format('mp4').output('out.mp4')
  await finished(command.on('progress', ({ timemark }) => heard.push(timemark)))
  assert.deepEqual([heard, +here.fake.now() - before], [['00:00:50.00'], 3_600_000])
  here.process.assertRan('ffmpeg -i in.mov -y -vcodec libx264 -f mp4 out.mp4')
})

test('a failing conversion tells its code and what was said', async () => {
  using _ = rehearsing({ ...ABOUT, [RUN]: Process.result('', 'in.mov: Invalid data found', 1) })
  await assert.rejects(finished(ffmpeg('in.mov').output('out.mp4')), /ffmpeg exited with code 1: .*Invalid data/)
})

test('a stream is converted into a stream', async () => {
  const shout: Handler = async ({ stdin, stdout }) => stdout.write((await stdin.text()).toUpperCase())
  using here = rehearsing({ ...ABOUT, [RUN]: shout })
  const out = new PassThrough()
  const command = ffmpeg(Readable.from(['some ', 'film'])).format('mp4')
  const [text] = await Promise.all([textOf(out), finished(command.output(out))])
  assert.equal(text, 'SOME FILM')
  here.process.assertInput('ffmpeg -i pipe:0 *', 'some film')
})

test('a conversion that hangs can be killed', async () => {
  using here = rehearsing({ ...ABOUT, [RUN]: Process.describe().errorOutput('working').hangs() })
  const command = ffmpeg('in.mov').output('out.mp4')
  command.on('stderr', () => command.kill('SIGKILL'))
  await assert.rejects(finished(command), /killed with signal SIGKILL/)
  here.process.assertSignalled(RUN, 'SIGKILL')
})

test('its time limit, which real time keeps, kills a conversion that hangs', async () => {
  using here = rehearsing({ ...ABOUT, [RUN]: Process.describe().hangs() })
  const command = ffmpeg('in.mov', { timeout: 0.05 } as object).output('out.mp4')
  await assert.rejects(finished(command), /timeout/)
  assert.equal(here.process.active().length, 0)
})

test('a file is probed', async () => {
  const report = ['[STREAM]', 'codec_type=video', 'width=640', '[/STREAM]', '[FORMAT]', 'duration=12.5', '[/FORMAT]']
  using here = rehearsing({ 'ffprobe *': report })
  const data = await probe('in.mov')
  assert.deepEqual([data.streams[0]?.width, data.format.duration], [640, 12.5])
  here.process.assertRan('ffprobe -show_streams -show_format in.mov')
})

test('a program that is not there, and one without a rule, are errors', async () => {
  using _ = rehearsing({ 'ffprobe *': Process.describe().failsToStart() })
  await assert.rejects(probe('in.mov'), { code: 'ENOENT' })
  const codecs = new Promise((resolve) => ffmpeg().getAvailableCodecs(resolve))
  assert.match(String(await codecs), /no rule of this rehearsal matches it/)
})

function probe(file: string): Promise<ffmpeg.FfprobeData> {
  return new Promise((resolve, reject) => {
    ffmpeg.ffprobe(file, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

function finished(command: FfmpegCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    command.on('end', () => resolve()).on('error', reject)
    command.run()
  })
}
