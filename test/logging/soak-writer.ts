/** Writes numbered lines to both of its streams, as fast as they are taken, until each has had so many bytes. */
import { writeSync } from 'node:fs'
import { lineOf } from './soak-lines.ts'

const most = Number(process.argv[2])
const next = [0, 0]
const written = [0, 0]

while (written.some((bytes) => bytes < most)) {
  for (const stream of [0, 1] as const) {
    let piece = ''
    while (piece.length < 50_000 && (written[stream] as number) + piece.length < most)
      piece += `${lineOf((next[stream] as number)++)}\n`
    written[stream] = (written[stream] as number) + piece.length
    for (let at = 0; at < piece.length; ) at += writeSync(stream + 1, piece.slice(at))
  }
}
