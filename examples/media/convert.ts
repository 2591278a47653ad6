import { execa } from 'execa'

/**
 * Converts a film by ffmpeg, and tells how many seconds of it are done. It knows nothing of rehearsals: it might be anybody's.
 *
 * @throws ExecaError when ffmpeg is not there, or fails.
 */
export async function convert(input: string, output: string, onProgress: (seconds: number) => void): Promise<void> {
  const ffmpeg = execa('ffmpeg', ['-v', 'error', '-y', '-progress', 'pipe:1', '-i', input, output])
  for await (const line of ffmpeg) {
    const done = /^out_time_us=(\d+)$/.exec(line)?.[1]
    if (done !== undefined) onProgress(Number(done) / 1e6)
  }
}
