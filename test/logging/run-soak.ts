import { parseArgs } from 'node:util'
import { toBytes } from '../../src/duration.ts'
import { soak } from './soak.ts'

const text = (value: string) => ({ type: 'string', default: value }) as const
const { values } = parseArgs({
  options: {
    bytes: text('1GB'),
    processes: text('20'),
    rotations: text('500'),
    seed: text('1'),
    bound: text('400MB'),
  },
})
const { bytes, processes, rotations, seed } = values
const soaked = await soak({
  bytes: toBytes(bytes),
  processes: Number(processes),
  rotations: Number(rotations),
  seed: Number(seed),
})
console.table(soaked)
const bound = toBytes(values.bound)
if (soaked.mostMemory > bound) throw new Error(`${soaked.mostMemory} bytes of memory are more than ${bound}`)
if (soaked.rotations < Number(rotations)) throw new Error(`put aside ${soaked.rotations} times only`)
