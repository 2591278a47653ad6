import type { InvokedProcess } from '../invoked-process.ts'
import type { Sample } from './sample.ts'

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** What a process used when it was over a limit. As text it is the amount and its limit: `612.4 MB (limit 512 MB)`. */
export class HighUsage {
  readonly of: 'memory' | 'cpu'
  /** Bytes, or a share of a core. */
  readonly value: number
  readonly limit: number
  readonly pid: number
  /** The process that it is about, where it was started here. */
  readonly process: InvokedProcess | undefined
  /** The sample that made it certain. */
  readonly sample: Sample

  constructor(of: 'memory' | 'cpu', limit: number, sample: Sample, process: InvokedProcess | undefined) {
    this.of = of
    this.value = sample[of] ?? 0
    this.limit = limit
    this.pid = sample.pid
    this.process = process
    this.sample = sample
  }

  /** In words: `612.4 MB (limit 500 MB)`. */
  toString(): string {
    return `${textOf(this.of, this.value)} (limit ${textOf(this.of, this.limit)})`
  }
}

function textOf(of: 'memory' | 'cpu', value: number): string {
  if (of === 'cpu') return `${rounded(value * 100)} %`
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10))
  return `${rounded(value / 1024 ** power)} ${UNITS[power]}`
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
