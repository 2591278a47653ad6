import { type CommandInput, commandText } from '../command.ts'
import type { Run } from '../journal.ts'
import type { Calendar } from './calendar.ts'
import { parseCron } from './cron.ts'
import type { ScheduledTask } from './task.ts'

export function assertScheduled(calendar: Calendar, commandOrName: CommandInput, expression: string): void {
  const { text } = parseCron(expression)
  const meant = calendar.tasksOf(commandOrName)
  if (meant.some((task) => task.timetable.text === text)) return
  const name = commandText(commandOrName)
  const state = meant.length === 0 ? 'it is not scheduled' : `it is at ${meant.map(expressionOf).join(' and ')}`
  fail(`Expected "${name}" to be scheduled at ${text}, but ${state}\n\n${tableOf(calendar)}`, calendar.assertScheduled)
}

export function assertRanAt(calendar: Calendar, runs: readonly Run[], commandOrName: CommandInput, moment: Date): void {
  const texts = new Set(calendar.tasksOf(commandOrName).map(({ action }) => action.started))
  const begun = runs.filter(({ text, refused }) => texts.has(text) && !refused).map(({ startedAt }) => startedAt)
  if (begun.some((at) => Math.floor(at / 1000) === Math.floor(moment.getTime() / 1000))) return
  const name = commandText(commandOrName)
  const near = begun.toSorted((a, b) => Math.abs(a - +moment) - Math.abs(b - +moment)).slice(0, 5)
  const times = near.toSorted((a, b) => a - b).map((at) => new Date(at).toISOString())
  const state =
    times.length === 0 ? 'it never ran' : `of its ${begun.length} runs the nearest were at ${times.join(', ')}`
  fail(`Expected "${name}" to have run at ${moment.toISOString()}, but ${state}`, calendar.assertRanAt)
}

export function assertNextRun(
  calendar: Calendar,
  commandOrName: CommandInput,
  moment: Date,
  from: Date | string | undefined,
): void {
  const next = calendar.getNextRun(commandOrName, from)
  if (next?.getTime() === moment.getTime()) return
  const state = next ? `that is at ${next.toISOString()}` : 'it is never due'
  const name = commandText(commandOrName)
  fail(`Expected "${name}" to be due next at ${moment.toISOString()}, but ${state}`, calendar.assertNextRun)
}

function tableOf({ tasks }: Calendar): string {
  if (tasks.length === 0) return 'Nothing is scheduled.'
  const width = Math.max(...tasks.map((task) => expressionOf(task).length))
  return ['What is scheduled:', ...tasks.map((task) => `  ${expressionOf(task).padEnd(width)}  ${task.label}`)].join(
    '\n',
  )
}

function expressionOf({ timetable }: ScheduledTask): string {
  return timetable.text
}

function fail(message: string, claim: (...args: never[]) => unknown): never {
  const { AssertionError } = process.getBuiltinModule('node:assert')
  throw new AssertionError({ message, stackStartFn: claim as () => void })
}
