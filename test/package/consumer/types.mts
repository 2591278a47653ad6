import { type Duration, Process, ProcessFailedError, type ProcessGroup, type ProcessResult } from 'rehearsal'
import { driverContract } from 'rehearsal/contracts'
import { SystemDriver } from 'rehearsal/driver'
import { intercept } from 'rehearsal/intercept'
import { watchTimeline } from 'rehearsal/report'

const limit: Duration = { minutes: 5 }
const result: ProcessResult = await Process.timeout(limit).run(['ls'])
const lines: readonly string[] = result.lines()
const { build } = await Process.concurrently({ build: 'make' })
const code: number | null = build.exitCode()
const group: ProcessGroup = Process.group().add('web', ['web'])
// @ts-expect-error: it is no length of time
Process.timeout(['5m'])
// @ts-expect-error: input is text, bytes or a stream, whatever types a project asks for
Process.input(42)
// @ts-expect-error: a command is a text or words
Process.run(5)

export { code, driverContract, group, intercept, lines, ProcessFailedError, SystemDriver, watchTimeline }
