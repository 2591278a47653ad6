// Converts a film: `node examples/media/main.ts in.mov out.mp4`
import { convert } from './convert.ts'

const [input, output] = process.argv.slice(2)
if (!input || !output) throw new Error('Cannot convert: say what and into what, as in in.mov out.mp4')
await convert(input, output, (seconds) => console.log(`${seconds} s`))
