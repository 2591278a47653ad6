#!/usr/bin/env node
// `rehearsal`: the command line.
import { schedule } from './schedule.ts'
import { UsageError } from './usage-error.ts'

const USAGE = 'Usage: rehearsal schedule list | next | run | work | test | pause | resume | history'

const [topic, ...rest] = process.argv.slice(2)
try {
  if (topic !== 'schedule') throw new UsageError(topic === undefined ? USAGE : `Cannot "${topic}": unknown\n${USAGE}`)
  process.exitCode = (await schedule(rest, (text) => process.stdout.write(text))) ? 0 : 1
} catch (error) {
  const isRefusal = error instanceof UsageError || (error as { code?: string }).code === 'ERR_BAD_SCHEDULE'
  if (!isRefusal) throw error
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
